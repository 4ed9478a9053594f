"""A partner's program: it has a key, speaks JSON, and hands in orders."""

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import system_user
from customers.models import Customer, Partner
from customers.services.partners import issue_key
from tests.factories import make_customer, make_partner, make_product, person

_numbers = itertools.count(1)


def make_account(**over: Any) -> Partner:
    """A partner whose customer has an account manager, as `create_partner` asks for."""
    customer: Customer = over.pop("customer", None) or make_customer(owner=person("sales"))
    return make_partner(customer=customer, **over)


def make_key(partner: Partner, **over: Any) -> str:
    return issue_key(partner=partner, name="test", by=system_user(), **over)[1]


class PartnerClient(APIClient):
    partner: Partner


def client_of(partner: Partner, key: str | None = None) -> PartnerClient:
    client = PartnerClient(headers={"Authorization": f"Api-Key {key or make_key(partner)}"})
    client.partner = partner
    return client


def order_body(**over: Any) -> dict[str, Any]:
    code = over.pop("product_code", None) or make_product(stock=100).code
    return {
        "reference": f"PO-{next(_numbers)}",
        "end_customer": "上海某某科技有限公司",
        "contact": {"name": "李明", "phone": "13800138000"},
        "requested_date": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "delivery": {"address": "上海市浦东新区1号", "receiver": "王芳", "phone": "13900139000"},
        "lines": [{"product_code": code, "quantity": "10"}],
        **over,
    }
