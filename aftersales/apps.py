from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AftersalesConfig(AppConfig):
    name = "aftersales"
    verbose_name = _("After-sales")

    def ready(self) -> None:
        from aftersales.models import Visit
        from core import subjects
        from orders.dossier import parts

        parts.register(lambda order: order.visits.order_by("pk"))
        subjects.register(Visit, url="aftersales:visit-detail", visible_to=lambda user: Visit.objects.visible_to(user))
