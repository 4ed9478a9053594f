"""Things of the archive that several tests want."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from customers.choices import Channel
from customers.models import Customer, DisclosureRequest, Inquiry
from customers.services import InquirySpec, NeedSpec, record_inquiry
from customers.services.disclosures import apply_disclosure
from tests.factories import person


def need(**over: Any) -> NeedSpec:
    return NeedSpec(**{"description": "服务器", "specification": "2U", "quantity": Decimal(3), "unit": "台", **over})


def make_inquiry(**over: Any) -> Inquiry:
    """By telephone, of somebody new, for three servers; recorded by customer service."""
    by = over.pop("by", None) or person(Role.SERVICE)
    values: dict[str, Any] = {
        "channel": Channel.PHONE, "lines": (need(),), "contact_name": "何先生", "contact_phone": "13911112222", **over,
    }  # fmt: skip
    if values.get("customer") is None:
        values.setdefault("prospect_name", "新来科技有限公司")
    return record_inquiry(spec=InquirySpec(**values), by=by)


def make_application(customer: Customer, *, days: int = 7, **over: Any) -> DisclosureRequest:
    """Finance applies to read the contacts for a week."""
    until = timezone.localdate() + timedelta(days=days)
    values = {"by": person(Role.FINANCE), "purpose": "核对对账联系人", "until_date": until, **over}
    return apply_disclosure(customer=customer, **values)


def put_in_force(client: Client, values: dict[str, Any]) -> Any:
    """The rules of the archive in the browser: looked at, then put in force."""
    shown = client.post("/customers/rules/", values)
    return client.post("/customers/rules/", {**values, "seen": shown.context["form"]["seen"].value()})
