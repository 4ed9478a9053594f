"""Quotations in the browser: the way, who sees them, what a page costs, the report."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from orders import services
from orders.models import Order, Quotation
from orders.specs import LineSpec
from tests.factories import make_customer, make_product, make_user, person
from tests.orders.contract_factories import make_contract
from tests.orders.quotation_factories import accept, fresh_quotation, make_quotation, quotation_spec

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.7")]


def client_of(*roles: str) -> Client:
    client = Client()
    client.force_login(make_user(*roles) if len(roles) != 1 else person(roles[0]))
    return client


def form(**over: Any) -> dict[str, Any]:
    customer, product = make_customer(), make_product()
    return {
        "customer": customer.pk, "customer_text": f"{customer.code} {customer.name}", "contact_name": "李明",
        "contact_email": "li@example.com", "salesperson": person(Role.SALES).pk, "source": "phone", "currency": "CNY",
        "language": "zh-hans", "valid_until": str(timezone.localdate() + timedelta(days=20)), "lead_time_days": "7",
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-description": product.code,
        "lines-0-quantity": "3", "lines-0-unit_price": "5,000",
        "terms-TOTAL_FORMS": 1, "terms-INITIAL_FORMS": 0, "terms-0-percent": "100", "terms-0-due_event": "on_delivery",
        **over,
    }  # fmt: skip


@pytest.mark.req("R1.3")
def test_from_the_empty_form_to_the_order_in_the_browser():
    person(Role.SALES_MANAGER)
    sales, manager = client_of(Role.SALES), client_of(Role.SALES_MANAGER)
    answer = sales.post("/orders/quotations/new/", form(submit="1"))
    quotation = Quotation.objects.get()
    assert answer.status_code == 302 and answer["Location"] == quotation.get_absolute_url()
    assert (quotation.status, quotation.amount) == ("submitted", Decimal(15000))
    page = f"/orders/quotations/{quotation.pk}/"
    manager.post(f"{page}decide/", {"decision": "approve"})
    assert "li@example.com" in sales.get(f"{page}send/").content.decode()
    sales.post(f"{page}send/", {"to": "li@example.com， wang@example.com"})
    assert fresh_quotation(quotation).status == "sent"
    sales.post(f"{page}accept/", {"note": "同意"})
    answer = sales.post(f"{page}order/")
    assert answer["Location"] == f"/orders/{Order.objects.get().pk}/edit/"
    assert "3" in sales.get(answer["Location"]).content.decode()


@pytest.mark.req("R3.8")
def test_an_orders_page_leads_back_to_its_quotation_and_contract():
    quotation = make_quotation("sent")
    order = services.order_quotation(quotation=quotation, by=person(Role.SALES))
    contract = make_contract("signed", customer=quotation.customer)
    services.link_order(contract=contract, order=order, by=person(Role.SALES))
    text = client_of(Role.SALES).get(order.get_absolute_url()).content.decode()
    assert quotation.get_absolute_url() in text and contract.get_absolute_url() in text


def test_what_cannot_be_submitted_is_kept_and_shown_at_its_field():
    answer = client_of(Role.SALES).post("/orders/quotations/new/", form(submit="1", contact_name=""), follow=True)
    assert "Name the contact person." in answer.content.decode()
    assert Quotation.objects.get().status == "draft"


def test_the_page_shows_what_differs_from_the_version_before():
    quotation = make_quotation("sent", remarks="旧")
    following = services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    spec = {"customer": quotation.customer, "remarks": "新"}
    services.save_quotation(spec=quotation_spec(**spec), quotation=following, by=person(Role.SALES))
    text = client_of(Role.SALES).get(following.get_absolute_url()).content.decode()
    assert "旧" in text and "新" in text and "What differs between" in text


@pytest.mark.req("R13.7")
def test_a_salesperson_sees_the_own_and_the_own_customers_quotations():
    quotation = make_quotation("sent")
    stranger = make_user(Role.SALES)
    owned = make_quotation("sent", customer=make_customer(owner=stranger))
    seen = Quotation.objects.visible_to(stranger)
    assert list(seen) == [owned]
    client = Client()
    client.force_login(stranger)
    assert client.get(quotation.get_absolute_url()).status_code == 404


@pytest.mark.req("R1.6")
def test_whom_to_call_is_masked_for_who_has_no_business_with_the_customer():
    quotation = make_quotation("sent")
    assert "13800138000" in client_of(Role.INSIDE_SALES).get(quotation.get_absolute_url()).content.decode()
    text = client_of(Role.ENGINEERING).get(quotation.get_absolute_url()).content.decode()
    assert "13800138000" not in text and "li@example.com" not in text and "138****00" in text


def cost(client: Client, url: str) -> int:
    client.get(url)  # what a process remembers is read once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_list_costs_the_same_with_one_quotation_and_with_ten():
    client = client_of(Role.INSIDE_SALES, Role.SALES_MANAGER)
    make_quotation("sent")
    before = cost(client, "/orders/quotations/?ending=true&q=科技")
    for _ in range(9):
        make_quotation("sent")
    assert cost(client, "/orders/quotations/?ending=true&q=科技") == before <= 15


def test_a_quotation_costs_the_same_with_one_line_and_with_forty():
    client = client_of(Role.INSIDE_SALES, Role.SALES_MANAGER)

    lines = [LineSpec(Decimal(1), Decimal(1000), product=make_product()) for _ in range(40)]
    few, many = make_quotation("sent"), make_quotation("sent", lines=lines)
    assert cost(client, few.get_absolute_url()) == cost(client, many.get_absolute_url()) <= 30


# ---- the report -----------------------------------------------------------------------------------------------------


def test_the_report_counts_the_last_version_of_what_was_decided(django_assert_max_num_queries):
    for quotation in (make_quotation("sent"), make_quotation("sent")):
        accept(quotation)
    lost = make_quotation("sent")
    services.revise_quotation(quotation=lost, by=person(Role.SALES))
    services.lose_quotation(quotation=make_quotation("sent"), reason="price", by=person(Role.SALES))
    client = client_of(Role.GENERAL_MANAGER)
    client.get("/reports/quotations/")
    with django_assert_max_num_queries(12):
        text = client.get("/reports/quotations/").content.decode()
    assert "66.7 %" in text and "Price too high" in text and "¥50,000.00" in text
    boss = client.get("/reports/quotations/?first=2026-01-02&last=2026-01-01")
    assert "The period ends before it begins." in boss.content.decode()


def test_only_managers_and_supervision_read_the_report():
    assert client_of(Role.SALES).get("/reports/quotations/").status_code == 403
