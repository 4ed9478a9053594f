"""What receipts are filtered by."""

import django_filters as filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.forms import DateInput
from core.key_filter import KeyFilter
from credit.choices import PaymentMethod, ReceiptStatus
from credit.models import Receipt
from customers.models import Customer


class ReceiptFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Number, order or customer"), method="search")
    status = filters.ChoiceFilter(label=_("Status"), choices=ReceiptStatus.choices)
    method = filters.ChoiceFilter(label=_("Method"), choices=PaymentMethod.choices)
    received_from = filters.DateFilter(
        label=_("Received from"), field_name="received_date", lookup_expr="gte", widget=DateInput
    )
    received_to = filters.DateFilter(
        label=_("Received to"), field_name="received_date", lookup_expr="lte", widget=DateInput
    )
    customer = KeyFilter(label=_("Customer (key)"), field_name="customer_id")

    class Meta:
        model = Receipt
        fields: list[str] = []

    def search(self, rows: QuerySet[Receipt], name: str, value: str) -> QuerySet[Receipt]:
        text = value.strip()
        customers = Customer.objects.search(text).order_by().values("pk")
        return rows.filter(
            Q(number__iexact=text) | Q(reference=text) | Q(bank_reference=text) | Q(customer__in=customers)
        )
