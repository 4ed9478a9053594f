from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    name = "aftersales"
    verbose_name = _("After-sales")

    def ready(self) -> None:
        from aftersales.models import Visit
        from core import subjects

        subjects.register(Visit, url="aftersales:visit-detail", visible_to=lambda user: Visit.objects.visible_to(user))
