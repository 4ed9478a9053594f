"""Every figure of the dashboard equals what stands behind its link (R11.2)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from credit.services import report_receipt
from orders.choices import OPEN
from orders.models import Order
from reports.dashboard import Dashboard
from reports.services import fold_figures
from tests.factories import make_customer, make_order, make_user, person
from tests.reports.factories import log, make_rows, receive_many
from workflow.models import WorkItem

pytestmark = [pytest.mark.req("R11.2"), pytest.mark.django_db]
PAGE = "/reports/dashboard/"


@pytest.fixture
def at_desk(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def rows_behind(client: Client, url: str) -> list[Any]:
    response = client.get(url)
    assert response.status_code == 200, url
    return [row.obj for row in response.context["rows"]]


def card(client: Client, name: str) -> Any:
    return next(card for card in client.get(PAGE).context["cards"] if card.name == name)


@pytest.fixture
def company(db: None) -> None:
    """Orders in several stages, some folded and some not; one shipped late, one in another currency."""
    customer = make_customer()
    receive_many(3, customer=customer)
    fold_figures()
    for status in ("reviewed", "in_production", "closed"):
        (order,) = receive_many(1, customer=customer)
        log(order, "received", status)
        Order.objects.filter(pk=order.pk).update(status=status)
    receive_many(1, customer=customer, currency="USD", amount=Decimal(40))
    (last_month,) = make_rows(1, customer=customer, received_at=timezone.now() - timedelta(days=40))
    log(last_month, "draft", "received", at=last_month.received_at)
    for on_time in (True, True, False, None):
        (order,) = receive_many(1, customer=customer)
        log(order, "received", "shipped", on_time=on_time)
        Order.objects.filter(pk=order.pk).update(status="shipped")
    make_rows(2, status="draft", customer=customer, received_at=None)


def test_orders_in_progress_are_those_behind_the_link(at_desk: Client, company: None) -> None:
    figure = card(at_desk, "Orders in progress")
    assert len(rows_behind(at_desk, figure.url)) == int(figure.value) == Order.objects.open().count() == 11
    assert figure.trend_text == "+10 since a week ago"


def test_each_stage_counts_the_orders_behind_its_row(at_desk: Client, company: None) -> None:
    stages = at_desk.get(PAGE).context["stages"]
    for row in stages["rows"]:
        assert len(rows_behind(at_desk, row.url)) == int(row.cells[0]), row.label
    assert len(stages["rows"]) == len(OPEN)


def test_intake_is_the_amount_of_the_orders_received_this_month(at_desk: Client, company: None) -> None:
    figure = card(at_desk, "Intake this month")
    behind = rows_behind(at_desk, figure.url)
    assert figure.value == "¥1,000.00 + US$40.00"
    assert sum(order.amount for order in behind if order.currency == "CNY") == 1000
    assert sum(order.amount for order in behind if order.currency == "USD") == 40


def test_months_of_the_chart_count_their_orders(at_desk: Client, company: None) -> None:
    rows = at_desk.get(PAGE).context["intake"]["rows"]
    assert len(rows) == 12
    for row in rows[:3]:
        assert len(rows_behind(at_desk, row.url)) == int(row.cells[0]), row.label


def test_the_rate_counts_promised_orders_only(at_desk: Client, company: None) -> None:
    figure = card(at_desk, "Shipped on time")
    assert figure.value == "66.7 %"
    behind = rows_behind(at_desk, figure.url)
    assert sorted(row.on_time for row in behind) == [False, True, True]
    assert "of 3 promised orders" in figure.trend_text


def test_overdue_clocks_are_counted_by_kind(at_desk: Client) -> None:
    make_order()
    make_order()
    WorkItem.objects.update(due_at=timezone.now() - timedelta(hours=3))
    response = at_desk.get(PAGE)
    late = response.context["late"]
    assert [(row["label"], row["count"]) for row in late] == [("Preliminary review", 2)]
    assert len(rows_behind(at_desk, late[0]["url"])) == 2
    figure = card(at_desk, "Overdue clocks")
    assert (figure.value, figure.late, len(rows_behind(at_desk, figure.url))) == ("2", True, 2)


def test_paused_and_done_clocks_are_not_overdue(at_desk: Client) -> None:
    make_order()
    now = timezone.now()
    WorkItem.objects.update(due_at=now - timedelta(hours=3), paused_at=now, next_check_at=None)
    assert card(at_desk, "Overdue clocks").value == "0"


def test_receipts_to_confirm_are_those_finance_sees(at_desk: Client) -> None:
    customer = make_customer()
    for _ in range(2):
        report_receipt(customer=customer, reference="X", amount=Decimal(5), by=person("sales"))
    figure = card(at_desk, "Receipts to confirm")
    assert figure.value == "2"
    assert len(rows_behind(at_desk, figure.url)) == 2


def test_waiting_for_approval_leads_to_the_reviewed(at_desk: Client, company: None) -> None:
    figure = card(at_desk, "Waiting for approval")
    assert (figure.value, figure.trend_text) == ("1", "¥100.00")
    assert [order.status for order in rows_behind(at_desk, figure.url)] == ["reviewed"]


@pytest.mark.req("R13.7")
@pytest.mark.parametrize(("role", "status"), [("sales", 403), ("finance", 403), ("supervision", 200), ("admin", 403)])
def test_the_dashboard_is_for_those_who_lead(client: Client, role: str, status: int) -> None:
    client.force_login(make_user(role))
    assert client.get(PAGE).status_code == status
    assert client.get("/reports/overdue/").status_code == status


@pytest.mark.req("R13.3")
def test_the_figures_cost_three_queries_however_many_orders(django_assert_num_queries: Any) -> None:
    receive_many(40)
    fold_figures(limit=20)
    with django_assert_num_queries(3):
        board = Dashboard(timezone.now())
        board.cards(), board.stages(), board.intake(), board.late()


@pytest.mark.parametrize("url", ["/reports/overdue/", "/reports/shipped/", PAGE])
def test_a_page_costs_the_same_for_many_rows(at_desk: Client, url: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert at_desk.get(url).status_code == 200
        return len(queries)

    orders = receive_many(2)
    log(orders[0], "received", "shipped", on_time=True)
    make_order()
    WorkItem.objects.update(due_at=timezone.now() - timedelta(hours=3))
    at_desk.get(url)
    few = cost()
    for order in receive_many(12):
        log(order, "received", "shipped", on_time=False)
    for _ in range(4):
        make_order()
    WorkItem.objects.update(due_at=timezone.now() - timedelta(hours=3))
    assert cost() == few <= 12


@pytest.mark.sqlite
def test_an_empty_company_has_a_dashboard_too(at_desk: Client) -> None:
    response = at_desk.get(PAGE)
    assert response.status_code == 200
    assert card(at_desk, "Shipped on time").value == "–"
