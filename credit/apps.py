from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CreditConfig(AppConfig):
    name = "credit"
    verbose_name = _("Credit and money")

    def ready(self) -> None:
        from core import subjects
        from credit.models import Receipt

        subjects.register(
            Receipt,
            url="credit:receipt-detail",
            visible_to=lambda user: Receipt.objects.visible_to(user),
        )
