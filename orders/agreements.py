"""What a customer's framework agreements offer to an order that is being entered (R14.11)."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from catalog.views.lookup import plain
from core.formats import quantity
from customers.models import Customer
from orders.models import AgreementLine, Contract, Order

MANY = 300  # lines an order has at most


class Deals:
    """The agreed lines a person may call off from for a customer, today and in one currency; two statements."""

    def __init__(self, customer: Customer | None, *, currency: str, reader: User, order: Order | None = None) -> None:
        self.customer, self.currency, self.reader, self.order = customer, currency, reader, order

    @cached_property
    def open_lines(self) -> list[Any]:
        """With something left; of one product the agreement that ends first comes first."""
        if self.customer is None:
            return []
        own = Contract.objects.visible_to(self.reader).filter(customer=self.customer, currency=self.currency)
        rows = AgreementLine.objects.in_force(timezone.localdate()).filter(contract__in=own).with_call_offs()
        soonest = F("contract__expiry_date").asc(nulls_last=True)
        found: Any = rows.select_related("contract", "product").order_by(soonest, "contract_id", "position")
        return [told(line) for line in found[:MANY] if line.called_off < line.quantity]

    @cached_property
    def by_product(self) -> dict[int, Any]:
        return {line.product_id: line for line in reversed(self.open_lines)}

    def known(self, keys: Iterable[int]) -> Mapping[int, Any]:
        """By key: lines of agreements the person may see, and those that stand on the order already."""
        if not (wanted := set(keys)):
            return {}
        allowed = Q(contract__in=Contract.objects.visible_to(self.reader))
        if self.order is not None:
            mine = self.order.lines.exclude(agreement_line=None).order_by().values("agreement_line")
            allowed |= Q(pk__in=mine)
        rows = AgreementLine.objects.filter(allowed, pk__in=wanted).with_call_offs()
        return {line.pk: told(line) for line in rows.select_related("contract", "product")}


def told(line: Any) -> Any:
    """With what is `left`, as a quantity and in words."""
    line.left = line.quantity - line.called_off
    line.left_text = quantity(line.left, line.product.unit)
    return line


def deal_of(line: Any) -> dict[str, Any]:
    """As the sheet of an order takes it."""
    return {
        "id": line.pk, "price": plain(line.unit_price), "number": line.contract.number, "left": line.left_text,
    }  # fmt: skip


def product_of(line: Any) -> str:
    """A product of the line lookup with its agreement, as JSON: what a click puts into the sheet."""
    product = line.product
    return json.dumps({
        "id": product.pk, "code": product.code, "name": product.local_name, "unit": product.unit,
        "specification": product.specification, "agreed": deal_of(line),
    })  # fmt: skip
