"""What a customer owes is read in the review by who may read the customer's money, and by nobody else (R9.2, R13.7)."""

from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from core.documents.rendering import html_of
from core.models import AuditEntry, Document
from credit.models import CreditAccount
from orders import services
from orders.models import Order, ReviewCheck
from tests.factories import fresh, give_opinions, make_customer, make_order, make_user, pass_preliminary, person
from tests.orders.test_customer_checks import monthly

pytestmark = [pytest.mark.django_db, pytest.mark.req("R9.2", "R13.7")]

LIMIT, OVERDUE = "¥1,234", "¥777"
READERS = {Role.FINANCE, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SALES_MANAGER}
OTHERS = {Role.WAREHOUSE, Role.ENGINEERING, Role.PRODUCTION}


def on_credit(**over: Any) -> Order:
    """50,000 on credit with a limit of 1,234, and 777 overdue."""
    customer = make_customer(limit=1234, owner=make_user(Role.SALES))
    order = make_order(customer=customer, terms=monthly(30), **over)
    pass_preliminary(order)
    arrears = ReviewCheck.objects.filter(round__order=order, code="arrears")
    arrears.update(asked=OVERDUE, source="Overdue: %(orders)s", source_values={"orders": OVERDUE})
    return fresh(order)


def pages(order: Order, role: str) -> str:
    client = Client()
    client.force_login(make_user(role))
    return "".join(client.get(f"/orders/{order.pk}/{page}").content.decode() for page in ("", "review/"))


def test_the_figures_of_credit_and_arrears_are_for_who_may_read_money():
    order = on_credit()
    for role in READERS:
        text = pages(order, role)
        assert LIMIT in text and OVERDUE in text, role
    for role in OTHERS:
        text = pages(order, role)
        assert LIMIT not in text and OVERDUE not in text and "Credit limit" in text, role


def test_what_blocks_the_approval_says_so_without_figures():
    order = make_order("reviewed", terms=monthly(30))
    CreditAccount.objects.filter(customer=order.buyer).update(limit=1234)
    assert LIMIT in pages(order, Role.FINANCE)
    text = pages(order, Role.WAREHOUSE)
    assert "Above the credit limit." in text and LIMIT not in text
    person(Role.FINANCE)
    gate = f"credit-{Role.FINANCE}-{Role.GENERAL_MANAGER}"
    services.ask_for_gate(order=order, gate=gate, by=person(Role.PRODUCTION))
    assert LIMIT not in AuditEntry.objects.get(action="order.gate_asked").note


def test_the_paper_of_the_review_says_the_result_alone():
    order = make_order()
    pass_preliminary(order)
    give_opinions(order)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    html = html_of(Document.objects.get(kind="contract_review", subject_id=order.pk), "en")
    assert "Credit limit" in html and "1,000,000" not in html and "Limit ¥" not in html
