"""Quotations for tests, brought to a status through the services."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.choices import Role
from orders import services
from orders.models import Quotation
from orders.quotation_specs import QuotationSpec
from orders.specs import LineSpec
from tests.factories import ON_DELIVERY, make_customer, make_product, person


def quotation_spec(**over: Any) -> QuotationSpec:
    """A complete quotation of five servers for 25,000."""
    lines = over.pop("lines", None) or (LineSpec(Decimal(5), Decimal(5000), product=make_product()),)
    values: dict[str, Any] = {
        "customer": over.pop("customer", None) or make_customer(), "lines": tuple(lines), "terms": ON_DELIVERY,
        "contact_name": "李明", "contact_phone": "13800138000", "contact_email": "li@example.com",
        "salesperson": person(Role.SALES), "valid_until": timezone.localdate() + timedelta(days=30),
        "lead_time_days": 14, **over,
    }  # fmt: skip
    return QuotationSpec(**values)


def make_quotation(status: str = "draft", **over: Any) -> Quotation:
    quotation = services.save_quotation(spec=quotation_spec(**over), by=person(Role.SALES))
    for name, step in (("submitted", submit), ("approved", approve), ("sent", send), ("accepted", accept)):
        if quotation.status == status:
            break
        step(quotation)
        quotation = fresh_quotation(quotation)
        assert quotation.status == name
    return quotation


def fresh_quotation(quotation: Quotation) -> Quotation:
    return Quotation.objects.get(pk=quotation.pk)


def submit(quotation: Quotation) -> None:
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        person(role)  # the ladder is planned over the people there are
    services.submit_quotation(quotation=quotation, by=person(Role.SALES))


def approve(quotation: Quotation) -> None:
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR):
        if fresh_quotation(quotation).status == "submitted":
            services.decide_quotation(quotation=quotation, approve=True, by=person(role))


def send(quotation: Quotation) -> None:
    services.send_quotation(quotation=quotation, to=["li@example.com"], by=person(Role.SALES))


def accept(quotation: Quotation) -> None:
    services.accept_quotation(quotation=quotation, by=person(Role.SALES))
