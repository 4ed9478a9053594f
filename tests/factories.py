"""Plain makers of test things: what matters to a test is named there, the rest is sensible here."""

import itertools
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.choices import Kind, Role
from accounts.models import RoleAssignment, User, system_user
from catalog.models import Product
from catalog.services import receive_stock
from credit.services.exposure import lock_account
from customers.choices import REQUIRED_PAPERS
from customers.models import Address, Contact, Customer, Partner, QualificationPaper
from orders import services
from orders.choices import Department, DueEvent, OpinionResult, PreliminaryResult
from orders.models import Order
from orders.specs import LineSpec, OrderSpec, TermSpec

_numbers = itertools.count(1)

ON_DELIVERY = (TermSpec(DueEvent.ON_DELIVERY, Decimal(100)),)
PREPAID = (TermSpec(DueEvent.BEFORE_SHIPMENT, Decimal(100)),)
DEPOSIT = (TermSpec(DueEvent.BEFORE_PRODUCTION, Decimal(30)), TermSpec(DueEvent.ON_DELIVERY, Decimal(70)))


def make_user(*roles: str, username: str = "", **over: Any) -> User:
    """A person holding the roles; English, so that tests can read what is said."""
    values = {"language": "en", "display_name": "", **over}
    user = User.objects.create(username=username or f"user{next(_numbers)}", **values)
    user.set_password("demo")
    user.save(update_fields=["password"])
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in roles)
    return user


def person(role: str) -> User:
    """The one person of a role in this test, made on first use and named after it."""
    return User.objects.filter(username=role).first() or make_user(role, username=role)


def make_customer(*, limit: Decimal | int = 1_000_000, papers: bool = True, **over: Any) -> Customer:
    """`papers=False`: a new one that has not shown its qualification papers yet."""
    n = next(_numbers)
    values = {"code": f"K{n:05d}", "name": f"科技有限公司{n}", "verified_date": timezone.localdate(), **over}
    customer = Customer(**values)
    customer.refresh_search_text()
    customer.save()
    Contact.objects.create(customer=customer, name="李明", phone="13800138000", email="li@example.com", is_primary=True)
    Address.objects.create(customer=customer, text="北京市海淀区1号", receiver="李明", is_default=True)
    if papers:
        QualificationPaper.objects.bulk_create(
            QualificationPaper(
                customer=customer, kind=kind, number="Z1", filed_by=system_user(), filed_at=timezone.now()
            )
            for kind in REQUIRED_PAPERS
        )
    account = lock_account_in_transaction(customer)
    account.limit = Decimal(limit)
    account.save()
    return customer


def lock_account_in_transaction(customer: Customer) -> Any:
    from django.db import transaction

    with transaction.atomic():
        return lock_account(customer)


def make_product(*, stock: Decimal | int = 0, **over: Any) -> Product:
    n = next(_numbers)
    values = {
        "code": f"P{n:05d}", "name": "服务器A型", "name_en": "Server A", "specification": "S-001",
        "list_price": Decimal(5000), "floor_price": Decimal(4000), "lead_time_days": 7, **over,
    }  # fmt: skip
    product = Product(**values)
    product.refresh_search_text()
    product.save()
    if stock:
        receive_stock(product=product, quantity=Decimal(stock), batch=f"B{n}", by=system_user())
    return product


def make_partner(**over: Any) -> Partner:
    n = next(_numbers)
    user = over.pop("user", None) or make_user(username=f"partner{n}", kind=Kind.PARTNER)
    values = {"name": f"渠道伙伴{n}", "customer": over.pop("customer", None) or make_customer(), **over}
    return Partner.objects.create(user=user, **values)


def make_spec(**over: Any) -> OrderSpec:
    """A complete order of ten servers for 50,000, paid on delivery."""
    customer = over.pop("customer", None) or make_customer()
    today = timezone.localdate()
    lines = over.pop("lines", None) or (
        LineSpec(Decimal(10), Decimal(5000), product=over.pop("product", None) or make_product(stock=100)),
    )
    values: dict[str, Any] = {
        "customer": customer, "lines": tuple(lines), "terms": ON_DELIVERY, "contact_name": "李明",
        "contact_phone": "13800138000", "salesperson": person(Role.SALES), "ordered_date": today,
        "requested_date": today + timedelta(days=14), "delivery_address": "北京市海淀区1号", **over,
    }  # fmt: skip
    return OrderSpec(**values)


def make_draft(**over: Any) -> Order:
    return services.save_draft(spec=make_spec(**over), by=person(Role.SALES))


def make_order(status: str = "received", **over: Any) -> Order:
    """An order brought to `status` through the services, each act by the person whose role it is."""
    if status == "draft":
        return make_draft(**over)
    order = services.place_order(spec=make_spec(**over), by=person(Role.SALES))
    return advance(order, status)


def advance(order: Order, status: str) -> Order:
    """Take a received order on to `reviewed`, `approved`, `in_production` (later steps: tests/fulfillment)."""
    steps = {"reviewed": pass_review, "approved": approve, "in_production": start}
    for name, step in steps.items():
        if status == "received" or order.status == status:
            break
        step(order)
        order = fresh(order)
        if name == status:
            break
    return fresh(order)


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def pass_preliminary(order: Order) -> None:
    services.review_preliminarily(order=order, result=PreliminaryResult.PASSED, by=person(Role.INSIDE_SALES))


def give_opinions(order: Order, result: str = OpinionResult.FAVORABLE) -> None:
    for department in Department.values:
        services.give_opinion(order=order, department=department, result=result, by=person(department))


def pass_review(order: Order) -> None:
    pass_preliminary(order)
    give_opinions(order)
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        person(role)  # the ladder is planned over the people there are
    services.review_order(order=order, by=person(Role.ORDER_CENTER))


def approve(order: Order) -> None:
    if order.partner_id:
        services.confirm_by_partner(order=order, by=order.partner.user)
    for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        if fresh(order).status == "reviewed":
            services.decide_approval(order=order, approve=True, by=person(role))


def start(order: Order) -> None:
    promise(order)
    services.start_production(order=order, by=person(Role.PRODUCTION))


def promise(order: Order, day: date | None = None) -> None:
    day = day or fresh(order).requested_date
    assert day
    services.record_promise(order=order, dates={line.pk: day for line in order.lines.all()}, by=person(Role.PRODUCTION))


def client_of(role: str) -> Client:
    """A browser of somebody of the role, reading English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person(role))
    return client
