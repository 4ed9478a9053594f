"""Orders under way as a board, by stage and by due time, and as a calendar (R14.10)."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from core.weeks import days_shown, neighbors, within_reach
from orders.models import Order
from orders.views.board import MOST, MOST_A_DAY
from tests.factories import client_of, make_order, make_user, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.10")]
BOARD, CALENDAR = "/orders/board/", "/orders/calendar/"


@pytest.fixture
def client() -> Client:
    return client_of(Role.ORDER_CENTER)


def due(order: Order, day: date | None, *, promised: bool = False) -> Order:
    name = "promise_date" if promised else "requested_date"
    Order.objects.filter(pk=order.pk).update(**{name: day})
    return order


def columns(client: Client, **query: str) -> dict[str, list[str]]:
    found = client.get(BOARD, query).context["columns"]
    return {str(column.label): [str(order) for order in column.cards] for column in found}


def test_by_stage_each_order_stands_where_it_is_the_next_due_first(client):
    today = timezone.localdate()
    later = due(make_order("received"), today + timedelta(days=9))
    sooner = due(make_order("received"), today + timedelta(days=2))
    approved = make_order("approved")
    found = columns(client)
    assert found["Received"] == [str(sooner), str(later)]
    assert found["Approved"] == [str(approved)]
    assert sum(len(cards) for cards in found.values()) == 3


def test_the_promise_counts_before_what_was_asked_for(client):
    today = timezone.localdate()
    order = due(due(make_order("received"), today - timedelta(days=3)), today, promised=True)
    found = columns(client, by="due")
    assert found["Today"] == [str(order)] and not found["Overdue"]


@pytest.mark.parametrize(("days", "label"), [(-1, "Overdue"), (0, "Today"), (400, "Later"), (None, "Without a date")])
def test_by_due_time_each_day_has_its_column(client, days, label):
    day = None if days is None else timezone.localdate() + timedelta(days=days)
    order = due(make_order("received"), day)
    found = columns(client, by="due")
    assert found[label] == [str(order)]
    assert sum(len(cards) for cards in found.values()) == 1


def test_what_has_left_is_due_no_more(client):
    order = due(make_order("approved"), timezone.localdate() - timedelta(days=3))
    assert columns(client, by="due")["Overdue"] == [str(order)]
    Order.objects.filter(pk=order.pk).update(status="shipped")
    assert not any(columns(client, by="due").values())
    assert columns(client)["Shipped"] == [str(order)]


def test_whoever_may_not_see_an_order_finds_it_neither_on_the_board_nor_in_the_calendar(client):
    order = make_order("received")
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    for page in (BOARD, CALENDAR):
        address = f"{page}?day={order.requested_date}"
        assert str(order) in client.get(address).content.decode()
        assert str(order) not in stranger.get(address).content.decode()


def test_the_filters_of_the_list_hold_here_and_lead_back(client):
    order, other = make_order("received"), make_order("approved")
    page = client.get(BOARD, {"q": str(order)}).content.decode()
    assert f"/orders/?q={order}" in page and str(other) not in page


def test_a_full_column_says_how_many_there_are_and_leads_to_them(client):
    first = make_order("received")
    Order.objects.bulk_create(
        Order(number=f"B{n}", customer=first.customer, created_by=first.created_by, status="received")
        for n in range(MOST + 4)
    )
    column = next(c for c in client.get(BOARD).context["columns"] if c.label == "Received")
    assert (len(column.cards), column.count) == (MOST, str(MOST + 5))
    assert column.rest_url == "?status=received"


@pytest.mark.parametrize(("label", "days"), [("Overdue", -5), ("Today", 0), ("Later", 60), ("Without a date", None)])
def test_a_full_column_by_due_time_leads_to_the_same_orders_in_the_list(client, label, days):
    first = make_order("received")
    day = None if days is None else timezone.localdate() + timedelta(days=days)
    Order.objects.bulk_create(
        Order(number=f"D{n}", customer=first.customer, created_by=first.created_by, status=status, requested_date=day)
        for n, status in enumerate(["received"] * (MOST + 2) + ["shipped"])
    )
    due(first, timezone.localdate() + timedelta(days=400) if label != "Later" else None)
    column = next(c for c in client.get(BOARD, {"by": "due"}).context["columns"] if c.label == label)
    assert column.count == str(MOST + 2)
    rows = client.get(f"/orders/{column.rest_url}").context["rows"]
    assert {str(row.obj) for row in rows} == {f"D{n}" for n in range(MOST + 2)}


def test_the_calendar_puts_each_order_on_its_day_and_counts_the_rest(client):
    day = date(2026, 3, 18)
    orders = [due(make_order("received"), day) for _ in range(2)]
    page = client.get(CALENDAR, {"day": "2026-03-02"})
    cells = {cell.day: cell for week in page.context["weeks"] for cell in week}
    assert min(cells) == date(2026, 2, 23) and max(cells) == date(2026, 4, 5)
    assert [str(order) for order in cells[day].orders] == [str(order) for order in orders]
    Order.objects.bulk_create(
        Order(number=f"C{n}", customer=orders[0].customer, created_by=orders[0].created_by, status="received",
              requested_date=day) for n in range(MOST_A_DAY)
    )  # fmt: skip
    week = client.get(CALENDAR, {"day": "2026-03-02"}).context["weeks"][3]
    assert week[2].more == 2 and week[2].url == "?day=2026-03-18&view=week"


@pytest.mark.parametrize("day", ["", "2026-02-31", "9999-99-99", "0001-01-01", "99999-01-01", "x"])
def test_a_day_nobody_knows_shows_a_calendar_all_the_same(client, day):
    assert client.get(CALENDAR, {"day": day}).status_code == 200


def test_board_and_calendar_cost_the_same_with_one_order_and_with_twelve(client):
    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    day = make_order("received").requested_date
    addresses = (BOARD, f"{BOARD}?by=due", f"{CALENDAR}?day={day}")
    before = [cost(address) for address in addresses]
    for _ in range(11):
        make_order("received")
    assert [cost(address) for address in addresses] == before
    assert max(before) <= 20


def test_months_and_weeks_are_whole_weeks():
    assert len(days_shown("week", date(2026, 3, 4))) == 7
    assert [days_shown("month", date(2026, 2, 14))[at] for at in (0, -1)] == [date(2026, 1, 26), date(2026, 3, 1)]
    assert neighbors("month", date(2026, 12, 31)) == (date(2026, 11, 30), date(2027, 1, 1))
    assert neighbors("week", date(2026, 3, 4)) == (date(2026, 2, 25), date(2026, 3, 11))
    assert within_reach(date(1, 1, 1), date(2026, 1, 1)) == date(2000, 1, 1)


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("November 2026", "Mon 16 Nov")), ("zh-hans", ("2026-11", "星期一 11-16"))]
)
def test_the_calendar_names_days_as_the_reader_writes_them(client, language, words):
    reader = person(Role.GENERAL_MANAGER)
    reader.language = language
    reader.save()
    client.force_login(reader)
    page = client.get(f"{CALENDAR}?day=2026-11-16").content.decode()
    assert all(word in page for word in words)


LISTS = ("/orders/", "/customers/inquiries/", "/payments/?status=reported")


@pytest.mark.parametrize("address", [BOARD, CALENDAR, *LISTS])
def test_a_key_no_column_can_hold_breaks_no_page(client, address):
    sign = "&" if "?" in address else "?"
    assert client.get(f"{address}{sign}customer={10**22}").status_code == 200
