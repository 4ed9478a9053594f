from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from core import subjects
        from customers.models import Customer, DisclosureRequest, Inquiry, Partner, QualificationPaper
        from customers.services.papers import may_file

        subjects.register(
            Customer,
            url="customers:customer-detail",
            visible_to=lambda user: Customer.objects.visible_to(user),
        )
        subjects.register(
            QualificationPaper,
            label=lambda paper: paper.customer.name,
            url=lambda paper: f"{reverse('customers:customer-detail', args=[paper.customer_id])}#papers",
            visible_to=lambda user: QualificationPaper.objects.visible_to(user),
            attaches=lambda user, paper: may_file(user, paper.customer),
        )
        subjects.register(
            Inquiry,
            url="customers:inquiry-detail",
            visible_to=lambda user: Inquiry.objects.visible_to(user),
            captions=lambda keys: {pk: name or prospect for pk, name, prospect in Inquiry.objects.filter(
                pk__in=keys).values_list("pk", "customer__name", "prospect_name")},
        )  # fmt: skip
        subjects.register(
            DisclosureRequest,
            label=lambda request: request.customer.name,
            url="customers:disclosure-detail",
            visible_to=lambda user: DisclosureRequest.objects.visible_to(user),
        )
        subjects.register(Partner, url="customers:partner-developer")
