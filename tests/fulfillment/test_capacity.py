"""Capacity by family and week; what does not fit is ranked by profit and decided (R4.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.weeks import WEEK, monday
from fulfillment import services
from fulfillment.capacity import ranking
from fulfillment.models import Capacity, CapacityConflict, CustomerNotice
from orders.specs import LineSpec
from tests.factories import client_of, fresh, make_customer, make_order, make_product, person
from tests.orders.test_assignment import family
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.4")]
NEXT = monday(timezone.localdate()) + WEEK  # a week that lies wholly ahead


def limit(quantity, week=None, code="pump"):
    services.set_capacity(family=family(code), quantity=Decimal(quantity), week=week, by=person(Role.PRODUCTION))


def promised(quantity=10, *, price=5000, cost=4000, code="pump", day=NEXT, currency="CNY"):
    """An order approved and promised for a day of the next week."""
    product = make_product(family=family(code), cost_price=Decimal(cost), stock=0, currency=currency)
    spec = LineSpec(Decimal(quantity), Decimal(price), product=product)
    asked = timezone.localdate() + timedelta(days=30)
    customer = make_customer(currency=currency)
    order = make_order("approved", lines=(spec,), requested_date=asked, customer=customer, currency=currency)
    services.reply_production(order=order, promise_date=day, by=person(Role.PRODUCTION))
    return order


def line_of(order):
    return order.lines.get()


def test_without_a_limit_everything_fits():
    promised(19)
    assert not CapacityConflict.objects.exists()


def test_a_promise_beyond_the_week_goes_to_the_general_manager_once():
    limit(15)
    promised(10)
    assert not CapacityConflict.objects.exists()
    promised(10)
    promised(10)
    conflict = CapacityConflict.objects.get()
    assert (conflict.family, conflict.week) == (family("pump"), NEXT)
    assert open_items(conflict).get().owner_role == Role.GENERAL_MANAGER


def test_a_week_of_its_own_goes_before_the_standard():
    limit(5)
    limit(50, week=NEXT + timedelta(days=3))
    promised(10)
    assert not CapacityConflict.objects.exists()
    assert Capacity.objects.get(week__isnull=False).week == NEXT


def test_less_capacity_than_promised_opens_the_conflict_and_more_closes_it():
    promised(10)
    limit(5)
    conflict = CapacityConflict.objects.get()
    limit(20)
    conflict.refresh_from_db()
    assert not conflict.is_open and not open_items(conflict).exists()


def test_the_ranking_is_by_profit_and_what_is_unknown_comes_last():
    rich, poor = promised(5, price=5000, cost=1000), promised(5, price=5000, cost=4500)
    unknown = promised(5)
    line_of(unknown).product.__class__.objects.filter(pk=line_of(unknown).product_id).update(cost_price=None)
    lines = [order.lines.select_related("product", "order").get() for order in (poor, unknown, rich)]
    ranked = ranking(lines, Decimal(10))
    assert [row.line.order for row in ranked] == [rich, poor, unknown]
    assert [row.fits for row in ranked] == [True, True, False]
    assert ranked[0].profit == Decimal(20000)


def test_in_several_currencies_the_share_of_the_price_ranks_since_profits_do_not_compare():
    limit(10)
    yuan, dollars = promised(price=50_000, cost=45_000), promised(price=6000, cost=3000, currency="USD")
    ranked = ranking([line_of(yuan), line_of(dollars)], Decimal(10))
    assert [row.line.order for row in ranked] == [dollars, yuan]
    assert [row.profit for row in ranked] == [Decimal(30_000), Decimal(50_000)]
    conflict = CapacityConflict.objects.get()
    page = client_of(Role.GENERAL_MANAGER).get(conflict.get_absolute_url()).content.decode()
    assert "several currencies" in page


def test_what_is_too_large_leaves_its_room_to_the_next():
    large, small = promised(15, cost=1000), promised(10, cost=4500)
    lines = [order.lines.select_related("product", "order").get() for order in (large, small)]
    assert [(row.line.order, row.fits) for row in ranking(lines, Decimal(12))] == [(large, False), (small, True)]


def decide(conflict, *moved, day=NEXT + WEEK, by=Role.GENERAL_MANAGER):
    dates = {line_of(order).pk: day for order in moved}
    return services.decide_capacity(conflict=conflict, moved=dates, by=person(by))


def test_the_decision_sets_the_plan_and_sales_tells_who_lost():
    limit(15)
    keeps, loses = promised(10, cost=1000), promised(10, cost=4500)
    decide(CapacityConflict.objects.get(), loses)
    assert fresh(loses).promise_date == NEXT + WEEK and fresh(keeps).promise_date == NEXT
    notice = CustomerNotice.objects.get()
    assert (notice.order, notice.reason, notice.new_date) == (loses, "capacity", NEXT + WEEK)
    assert open_items(loses).get(kind=WorkKind.CUSTOMER_NOTICE).owner == loses.salesperson
    assert not CapacityConflict.objects.get().is_open


def test_a_plan_that_still_does_not_fit_is_refused_and_moves_nothing():
    limit(15)
    promised(10), promised(10), (third := promised(10))
    conflict = CapacityConflict.objects.get()
    with pytest.raises(DomainError) as refused:
        decide(conflict, third)
    assert refused.value.code == "capacity"
    assert fresh(third).promise_date == NEXT and not CustomerNotice.objects.exists()


@pytest.mark.parametrize(
    ("over", "error"),
    [({"by": Role.PRODUCTION}, NotPermitted), ({"day": NEXT + timedelta(days=2)}, DomainError)],
)
def test_a_refused_decision_moves_nothing(over, error):
    limit(15)
    promised(10), (loses := promised(10))
    with pytest.raises(error):
        decide(CapacityConflict.objects.get(), loses, **over)
    assert fresh(loses).promise_date == NEXT and CapacityConflict.objects.get().is_open


def test_it_is_decided_once():
    limit(15)
    promised(10), (loses := promised(10))
    conflict = CapacityConflict.objects.get()
    decide(conflict, loses)
    with pytest.raises(Conflict):
        decide(conflict, loses)
    assert CustomerNotice.objects.count() == 1


def test_moving_into_a_full_week_opens_the_next_decision():
    limit(15)
    promised(10, day=NEXT + WEEK)
    promised(10), (loses := promised(10))
    decide(CapacityConflict.objects.get(), loses)
    assert CapacityConflict.objects.get(decided_at__isnull=True).week == NEXT + WEEK


def test_from_the_table_to_the_plan_in_the_browser():
    limit(15)
    promised(10, cost=1000), (loses := promised(10, cost=4500))
    boss = client_of(Role.GENERAL_MANAGER)
    conflict = CapacityConflict.objects.get()
    assert conflict.get_absolute_url() in boss.get(reverse("fulfillment:capacity")).content.decode()
    page = boss.get(conflict.get_absolute_url())
    marked = {row.line.order: bool(box.initial) for row, box, _day in page.context["form"].rows()}
    assert marked[loses] and sum(marked.values()) == 1
    key = line_of(loses).pk
    data = {f"moved_{key}": "on", f"date_{key}": str(NEXT + WEEK)}
    assert boss.post(conflict.get_absolute_url(), data).status_code == 302
    assert fresh(loses).promise_date == NEXT + WEEK


def test_the_table_costs_the_same_with_many_promises(django_assert_max_num_queries):
    limit(1000)
    client = client_of(Role.PRODUCTION)
    promised()
    with django_assert_max_num_queries(14):
        client.get(reverse("fulfillment:capacity"))
    for _ in range(4):
        promised()
    with django_assert_max_num_queries(14):
        shown = client.get(reverse("fulfillment:capacity")).content.decode()
    assert "50" in shown


def test_a_week_is_named_by_its_monday():
    assert monday(date(2026, 11, 22)) == date(2026, 11, 16)
