from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from core import subjects
        from customers.models import Customer, Partner

        subjects.register(
            Customer,
            url="customers:customer-detail",
            visible_to=lambda user: Customer.objects.visible_to(user),
        )
        subjects.register(Partner, url="customers:partner-developer")
