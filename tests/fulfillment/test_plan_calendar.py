"""Planned steps by week and month, what moves with a step, and what the pages cost with many plans (R4.8, R14.10)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core import formats
from core.errors import Conflict
from core.weeks import days_shown
from fulfillment import services
from fulfillment.models import PlanStep
from fulfillment.plan import moved, working_days_between
from fulfillment.services.plan import working_days
from orders.models import OrderLine
from tests.factories import client_of, make_order, make_product, person
from tests.fulfillment.factories import make_step_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.8")]
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
FRIDAY = MONDAY + 4 * DAY
CALENDAR = "fulfillment:plan-calendar"


def weekday(day):
    return day.weekday() < 5


def make_plan():
    make_step_template(1, "备料", Role.WAREHOUSE, days=2)
    make_step_template(2, "装配", Role.PRODUCTION, days=3)
    make_step_template(3, "包装", Role.WAREHOUSE, days=1)
    order = make_order("in_production")
    return order, list(PlanStep.objects.select_related("order_line__order").order_by("position"))


def in_working_days(day, count):
    return moved(day, count, working_days())


def replan(step, days, **over):
    end = in_working_days(step.planned_end, days)
    values = {"planned_start": step.planned_start, "planned_end": end, "reason": "等料", **over}
    return services.replan_step(step=step, by=person(Role.PRODUCTION), **values)


def many_plans(count):
    """Lines of one order, each with four steps from yesterday on; what they cost does not depend on their order."""
    order = make_order("in_production", product=make_product(stock=10))
    first = order.lines.get()
    values = {"order": order, "description": "网关", "quantity": 1, "unit": "台", "unit_price": 1}
    lines = OrderLine.objects.bulk_create(OrderLine(**values, position=n) for n in range(2, count + 1))
    today = timezone.localdate()
    PlanStep.objects.bulk_create(
        PlanStep(order_line=line, position=n, name=f"工序{n}", role=Role.PRODUCTION,
                 planned_start=today + (n - 2) * DAY, planned_end=today + (n - 1) * DAY)
        for line in [first, *lines] for n in range(1, 5)
    )  # fmt: skip
    return order


def test_working_days_are_counted_and_gone_over_in_both_directions():
    assert working_days_between(FRIDAY, FRIDAY + 3 * DAY, weekday) == 1
    assert working_days_between(FRIDAY + 3 * DAY, FRIDAY, weekday) == -1
    assert working_days_between(MONDAY, FRIDAY, weekday) == 4
    assert moved(FRIDAY, 1, weekday) == FRIDAY + 3 * DAY
    assert moved(FRIDAY + 3 * DAY, -1, weekday) == FRIDAY
    assert moved(FRIDAY, 0, weekday) == FRIDAY


def test_the_steps_after_it_move_by_the_same_working_days():
    _order, (first, second, third) = make_plan()
    before = [(each.planned_start, each.planned_end) for each in (second, third)]
    replan(first, 3)
    after = list(PlanStep.objects.filter(pk__in=[second.pk, third.pk]).order_by("position"))
    assert [(each.planned_start, each.planned_end) for each in after] == [
        (in_working_days(start, 3), in_working_days(end, 3)) for start, end in before
    ]


def test_a_step_that_has_begun_stays_and_so_does_another_line():
    _order, (first, second, third) = make_plan()
    make_order("in_production")  # another plan
    others = dict(PlanStep.objects.exclude(order_line=first.order_line).values_list("pk", "planned_end"))
    PlanStep.objects.filter(pk=second.pk).update(
        taken_over_at=timezone.now(), taken_over_by=person(Role.PRODUCTION), started_at=timezone.now()
    )
    replan(first, 2)
    now = dict(PlanStep.objects.values_list("pk", "planned_end"))
    assert now[second.pk] == second.planned_end
    assert now[third.pk] == in_working_days(third.planned_end, 2)
    assert dict(PlanStep.objects.exclude(order_line=first.order_line).values_list("pk", "planned_end")) == others


def test_what_moves_is_shown_before_it_is_done():
    _order, (first, second, _third) = make_plan()
    browser, address = client_of(Role.PRODUCTION), reverse("fulfillment:plan-step-replan", args=[first.pk])
    end = in_working_days(first.planned_end, 2)
    given = {"planned_start": first.planned_start, "planned_end": end, "reason": "等料"}
    shown = browser.post(address, given)
    new_end = in_working_days(second.planned_end, 2)
    assert shown.status_code == 200 and formats.day(new_end) in shown.content.decode()
    assert not shown.context["form"].errors and "data-error-summary" not in shown.content.decode()
    assert PlanStep.objects.get(pk=second.pk).planned_end == second.planned_end  # only shown
    seen = shown.context["form"]["seen"].value()
    assert browser.post(address, {**given, "seen": seen}).status_code == 302
    assert PlanStep.objects.get(pk=second.pk).planned_end == new_end


def test_days_that_cannot_be_are_refused_before_anything_is_shown():
    _order, (first, _second, _third) = make_plan()
    browser, address = client_of(Role.PRODUCTION), reverse("fulfillment:plan-step-replan", args=[first.pk])
    start, end = (in_working_days(first.planned_end, days) for days in (5, 2))
    refused = browser.post(address, {"planned_start": start, "planned_end": end, "reason": "等料"})
    assert refused.status_code == 422 and "before it begins" in refused.content.decode()
    assert "moves to" not in refused.content.decode()


def test_what_was_shown_and_is_no_longer_so_is_not_done():
    _order, (first, second, _third) = make_plan()
    end = in_working_days(first.planned_end, 2)
    seen = services.seal_of(services.moves_of(first, end))
    replan(second, 1)
    with pytest.raises(Conflict) as refused:
        replan(first, 2, seen=seen)
    assert refused.value.code == "plan_changed"
    assert PlanStep.objects.get(pk=first.pk).planned_end == first.planned_end


@pytest.mark.req("R14.10")
@pytest.mark.parametrize(
    ("view", "day", "first", "last"),
    [
        ("week", FRIDAY, MONDAY, MONDAY + 6 * DAY),
        ("month", date(2026, 2, 14), date(2026, 1, 26), date(2026, 3, 1)),
        ("month", date(2027, 2, 28), date(2027, 2, 1), date(2027, 2, 28)),
    ],
)
def test_a_month_is_shown_in_whole_weeks(view, day, first, last):
    days = days_shown(view, day)
    assert (days[0], days[-1]) == (first, last)


@pytest.mark.req("R14.10")
def test_the_calendar_shows_steps_on_their_days_by_department():
    _order, (first, second, _third) = make_plan()
    browser, day = client_of(Role.SALES), second.planned_end
    page = browser.get(reverse(CALENDAR), {"view": "month", "day": first.planned_end}).content.decode()
    assert "备料" in page
    page = browser.get(reverse(CALENDAR), {"view": "week", "day": day, "role": "production"}).content.decode()
    assert "装配" in page and "备料" not in page
    far = browser.get(reverse(CALENDAR), {"day": day + timedelta(days=90)}).content.decode()
    assert "装配" not in far


@pytest.mark.req("R14.10")
def test_what_will_be_late_is_marked_before_it_is():
    order, (first, *_rest) = make_plan()
    order.lines.update(promise_date=first.planned_start)
    page = client_of(Role.PRODUCTION).get(reverse(CALENDAR), {"day": first.planned_start}).content.decode()
    assert "Delay risk" in page and "Overdue" not in page


@pytest.mark.parametrize("query", ["?day=yesterday", "?day=9999-12-31", "?day=0001-01-01", "?view=year", "?role=x"])
def test_an_address_with_nonsense_shows_a_calendar(query):
    assert client_of(Role.SALES).get(reverse(CALENDAR) + query).status_code == 200


def pages(order, browser, budget):
    for address, most in (
        (reverse("fulfillment:plan-board"), 12),
        (reverse(CALENDAR), 14),
        (reverse(CALENDAR) + "?view=month", 14),
        (reverse("fulfillment:plan-detail", args=[order.pk]), 16),
        (reverse("fulfillment:step-template-list"), 12),
    ):
        with budget(most):
            assert browser.get(address).status_code == 200


@pytest.mark.req("R14.10")
def test_the_pages_of_plans_cost_the_same_with_five(django_assert_max_num_queries):
    pages(many_plans(5), client_of(Role.PRODUCTION), django_assert_max_num_queries)


@pytest.mark.slow
@pytest.mark.req("R14.10")
def test_the_pages_of_plans_cost_the_same_with_five_hundred(django_assert_max_num_queries):
    pages(many_plans(500), client_of(Role.PRODUCTION), django_assert_max_num_queries)
