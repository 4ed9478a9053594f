"""Orders for the acts between draft and approval: made through the services, as people would have made them."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from customers.models import Customer
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department, DueEvent
from orders.models import Order
from orders.specs import LineSpec, OrderSpec, TermSpec

ROUNDS = 3


def drafts(number: int) -> list[int]:
    """Complete ones, to be handed in."""
    spec = _spec()
    return [services.save_draft(spec=spec, by=_person("sales")).pk for _ in range(number)]


def in_review(number: int) -> list[int]:
    """Past the preliminary review; no department has spoken."""
    return [_open().pk for _ in range(number)]


def reviewed_in_rounds() -> int:
    """In its third round: every department has spoken in the first two, and all but the last in this one."""
    order = _open()
    for _round in range(ROUNDS - 1):
        _speak(order, Department.values)
        services.return_to_sales(order=order, reason="再议", by=_person("order_center"))
        services.receive_order(order=order, by=_person("sales"))
    _speak(order, Department.values[:-1])
    return order.pk


def _open() -> Order:
    order = services.place_order(spec=_spec(), by=_person("sales"))
    services.review_preliminarily(order=order, result="passed", by=_person("inside_sales"))
    return order


def _speak(order: Order, departments: list[str]) -> None:
    for department in departments:
        by = _person(DEPARTMENT_ROLE[Department(department)])
        services.give_opinion(order=order, department=department, result="favorable", lead_time_days=7, by=by)


def _spec() -> OrderSpec:
    """Of a customer whose orders were approved before: a new one would have to show papers first."""
    known = Customer.objects.filter(orders__approved_at__isnull=False, partner__isnull=True).order_by("pk")[0]
    today = timezone.localdate()
    return OrderSpec(
        customer=known, lines=tuple(LineSpec(Decimal(2), Decimal(1500), product=p) for p in _products()),
        terms=(TermSpec(DueEvent.ON_DELIVERY, Decimal(100)),), contact_name="李明", contact_phone="13800138000",
        salesperson=_person("sales"), ordered_date=today, requested_date=today + timedelta(days=30),
        delivery_address="苏州市星湖街 328 号",
    )  # fmt: skip


def _products() -> list[Product]:
    return list(Product.objects.order_by("pk")[:5])


def _person(username: str) -> User:
    return User.objects.get(username=username)
