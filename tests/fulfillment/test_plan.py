"""Plans of lines: drawn backwards, worked through step by step, late seen before it is (R4.8)."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import PlanStep, StepTemplate
from fulfillment.plan import at_risk, backwards, expected_end
from fulfillment.services.plan import working_days
from tests.factories import client_of, make_order, make_product, person
from tests.fulfillment.factories import make_step, make_step_template
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.8")]
MONDAY = date(2026, 11, 23)


def weekday(day):
    return day.weekday() < 5


def step(start, end, state="waiting"):
    return SimpleNamespace(planned_start=start, planned_end=end, state=state)


def make_plan():
    """An order in production with two steps: material from the warehouse, then assembly."""
    make_step_template(1, "备料", Role.WAREHOUSE, days=2)
    make_step_template(2, "装配", Role.PRODUCTION, days=3)
    order = make_order("in_production")
    return order, list(PlanStep.objects.select_related("order_line__order"))


def test_steps_are_laid_backwards_from_the_promise_over_working_days():
    friday = MONDAY + timedelta(days=4)
    spans = backwards([2, 5], friday, MONDAY - timedelta(days=30), weekday)
    assert (spans[1].start, spans[1].end) == (MONDAY, friday)
    assert (spans[0].start, spans[0].end) == (MONDAY - timedelta(days=4), MONDAY - timedelta(days=3))
    assert backwards([9], MONDAY, MONDAY, weekday)[0].start == MONDAY  # never before production starts


def test_a_delay_is_seen_before_the_promise_is_missed():
    day = timedelta(days=1)
    plan = [step(MONDAY, MONDAY + day, "doing"), step(MONDAY + 2 * day, MONDAY + 4 * day)]
    promise = MONDAY + 4 * day
    assert expected_end(plan, MONDAY) == promise and not at_risk(plan, promise, MONDAY)
    assert at_risk(plan, promise, MONDAY + 3 * day)
    assert at_risk([step(MONDAY, promise)], promise - day, MONDAY)
    assert not at_risk([step(MONDAY, promise, "done")], MONDAY, promise + day)


def test_the_start_of_production_draws_the_plan_and_asks_the_first_department():
    order, (first, second) = make_plan()
    assert (first.name, second.name) == ("备料", "装配")
    assert order.promise_date and first.planned_end < second.planned_start
    days = (order.promise_date - timedelta(days=back) for back in range(30))
    assert second.planned_end == next(day for day in days if working_days()(day))
    item = open_items(order).get(kind=WorkKind.PLAN_STEP)
    assert (item.owner_role, item.key) == (Role.WAREHOUSE, str(first.pk))
    assert timezone.localdate(item.due_at) == first.planned_end


def test_a_family_without_steps_gets_those_of_all_and_without_any_there_is_no_plan():
    make_order("in_production")
    assert not PlanStep.objects.exists()
    make_step_template(1)
    make_order("in_production")
    assert PlanStep.objects.count() == 1


def test_the_next_department_takes_over_before_it_starts():
    order, (first, second) = make_plan()
    keeper, maker = person(Role.WAREHOUSE), person(Role.PRODUCTION)
    with pytest.raises(Conflict):
        services.take_over_step(step=second, by=maker)
    services.start_step(step=first, by=keeper)
    services.finish_step(step=first, by=keeper, note="齐套")
    assert open_items(order).get(kind=WorkKind.PLAN_STEP).key == str(second.pk)
    with pytest.raises(Conflict):
        services.start_step(step=second, by=maker)
    services.take_over_step(step=second, by=maker)
    services.start_step(step=second, by=maker)
    services.finish_step(step=second, by=maker)
    second.refresh_from_db()
    assert (second.state, second.person, second.taken_over_by) == ("done", maker, maker)
    assert not open_items(order).filter(kind=WorkKind.PLAN_STEP).exists()


def test_what_does_not_fit_changes_nothing():
    _order, (first, second) = make_plan()
    with pytest.raises(NotPermitted):
        services.start_step(step=first, by=person(Role.PRODUCTION))
    with pytest.raises(Conflict):
        services.finish_step(step=first, by=person(Role.WAREHOUSE))
    with pytest.raises(DomainError) as refused:
        services.replan_step(
            step=first, planned_start=MONDAY, planned_end=MONDAY - timedelta(days=1), reason=" ",
            person=person(Role.SALES), by=person(Role.PRODUCTION),
        )  # fmt: skip
    assert set(refused.value.fields) == {"planned_end", "reason", "person"}
    assert {each.state for each in PlanStep.objects.all()} == {"waiting"}
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so, too
        PlanStep.objects.filter(pk=second.pk).update(started_at=timezone.now())


def test_planned_again_the_clock_runs_to_the_new_day():
    order, (first, _second) = make_plan()
    day = timezone.localdate() + timedelta(days=30)
    services.replan_step(step=first, planned_start=day, planned_end=day, reason="等料", by=person(Role.PRODUCTION))
    assert timezone.localdate(open_items(order).get(kind=WorkKind.PLAN_STEP).due_at) == day


def test_two_steps_never_stand_at_one_place():
    make_step_template(1)
    with pytest.raises(DomainError):
        make_step_template(1, "另一步")
    assert StepTemplate.objects.get().name == "备料"


def test_from_the_page_of_the_plan_in_the_browser():
    order, (first, _second) = make_plan()
    keeper = client_of(Role.WAREHOUSE)
    address = reverse("fulfillment:plan-step-start", args=[first.pk])
    assert address in keeper.get(reverse("fulfillment:plan-detail", args=[order.pk])).content.decode()
    assert keeper.post(address).status_code == 302
    first.refresh_from_db()
    assert first.state == "doing"


def test_the_board_costs_the_same_with_many_plans(django_assert_max_num_queries):
    product, reader = make_product(stock=1000), client_of(Role.PRODUCTION)
    for number in (1, 4):
        for _ in range(number):
            make_step(make_order("in_production", product=product).lines.get())
        with django_assert_max_num_queries(12):
            assert "返工" in reader.get(reverse("fulfillment:plan-board")).content.decode()


@pytest.mark.parametrize("years", [4, 7000])
def test_a_step_is_planned_within_three_years(years):
    order, (first, *_rest) = make_plan()
    far = date(timezone.localdate().year + years, 1, 1)
    for act in (
        lambda: services.replan_step(
            step=first, planned_start=first.planned_start, planned_end=far, reason="x", by=person(Role.PRODUCTION)
        ),
        lambda: make_step(order.lines.get(), planned_end=far),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert "planned_end" in refused.value.fields
    first.refresh_from_db()
    assert first.planned_end != far


def test_the_board_stands_in_the_order_of_the_days_promised_for_the_line_or_the_whole_order():
    make_step_template()
    late, soon, none = (make_order("in_production") for _ in range(3))
    today = timezone.localdate()
    for order, of_line, of_order in ((late, None, 40), (soon, 5, 60), (none, None, None)):
        days = {name: today + timedelta(days=n) if n else None for name, n in (("line", of_line), ("order", of_order))}
        order.lines.update(promise_date=days["line"])
        type(order).objects.filter(pk=order.pk).update(promise_date=days["order"])
    rows = client_of(Role.PRODUCTION).get(reverse("fulfillment:plan-board")).context["rows"]
    assert [row["line"].order for row in rows] == [soon, late, none]
