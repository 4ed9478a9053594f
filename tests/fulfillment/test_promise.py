from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import ProductionReply, PromiseStep
from orders import services as services_of_orders
from tests.factories import client_of, fresh, make_order, person
from tests.fulfillment.factories import dispatch, inspect, prepare, two_lines
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.2")]


def reply(order, days=7, **over):
    day = timezone.localdate() + timedelta(days=days)
    values = {"by": person(Role.PRODUCTION), "promise_date": day, **over}
    return services.reply_production(order=order, **values)


def kinds(order):
    return list(order.promise_steps.values_list("kind", flat=True))


def open_kinds(order):
    return set(open_items(order).values_list("kind", flat=True))


@pytest.mark.sqlite
def test_production_answers_in_writing_and_the_clock_stops():
    order = make_order("approved")
    answer = reply(order, days=10, remarks="首批")
    order = fresh(order)
    assert order.promise_date == answer.promise_date and order.production_replied_at
    assert WorkKind.PRODUCTION_REPLY not in open_kinds(order)
    assert kinds(order) == ["asked", "promised"]


def test_a_date_not_later_than_asked_needs_no_settling():
    order = make_order("approved")
    reply(order, days=14)
    assert fresh(order).promise_settled
    assert WorkKind.START_PRODUCTION in open_kinds(order)


def test_a_later_date_becomes_work_for_sales():
    order = make_order("approved")
    reply(order, days=20)
    assert not fresh(order).promise_settled
    assert WorkKind.PROMISE_SETTLEMENT in open_kinds(order)


def test_the_customer_agrees_and_production_may_start():
    order = make_order("approved")
    reply(order, days=20)
    services.settle_promise(order=order, agreed=True, note="李明同意", by=person(Role.SALES))
    assert kinds(order) == ["asked", "promised", "agreed"]
    assert fresh(order).promise_settled
    assert WorkKind.START_PRODUCTION in open_kinds(order)


def test_the_customer_wants_another_date_and_production_answers_again():
    order = make_order("approved")
    reply(order, days=20)
    wish = timezone.localdate() + timedelta(days=16)
    services.settle_promise(order=order, agreed=False, counter_date=wish, note="展会之前", by=person(Role.SALES))
    assert WorkKind.PRODUCTION_REPLY in open_kinds(order)
    first = fresh(order).first_promise_date
    reply(order, days=16)
    assert kinds(order) == ["asked", "promised", "counter", "promised"]
    assert fresh(order).first_promise_date == first
    assert PromiseStep.objects.get(kind="counter").date == wish


@pytest.mark.parametrize(
    ("over", "error"),
    [
        ({"days": -1}, DomainError),
        ({"by": Role.SALES}, NotPermitted),
    ],
)
def test_a_refused_answer_changes_nothing(over, error):
    order = make_order("approved")
    if "by" in over:
        over = {"by": person(over["by"])}
    with pytest.raises(error):
        reply(order, **over)
    assert fresh(order).production_replied_at is None
    assert not ProductionReply.objects.exists() and not PromiseStep.objects.exists()


def test_without_the_customers_words_nothing_is_settled():
    order = make_order("approved")
    reply(order, days=20)
    with pytest.raises(DomainError):
        services.settle_promise(order=order, agreed=True, note=" ", by=person(Role.SALES))
    assert kinds(order) == ["asked", "promised"]


def test_nothing_is_settled_twice():
    order = make_order("approved")
    reply(order, days=20)
    services.settle_promise(order=order, agreed=True, note="好", by=person(Role.SALES))
    with pytest.raises(Conflict):
        services.settle_promise(order=order, agreed=True, note="好", by=person(Role.SALES))
    assert kinds(order).count("agreed") == 1


def two_line_order():
    return make_order("approved", lines=two_lines())


def test_each_line_has_a_day_of_its_own_and_the_latest_is_the_orders():
    order = two_line_order()
    first, second = order.lines.all()
    near, far = (timezone.localdate() + timedelta(days=days) for days in (5, 9))
    services.reply_production(order=order, line_dates={first.pk: near, second.pk: far}, by=person(Role.PRODUCTION))
    assert [line.promise_date for line in order.lines.all()] == [near, far]
    assert fresh(order).promise_date == far
    steps = order.promise_steps.filter(kind="promised")
    assert [(step.line, step.date) for step in steps] == [(first, near), (second, far)]


def test_part_of_the_lines_is_no_answer_yet():
    order = two_line_order()
    first = order.lines.first()
    services.reply_production(
        order=order, line_dates={first.pk: timezone.localdate() + timedelta(days=5)}, by=person(Role.PRODUCTION)
    )
    assert fresh(order).production_replied_at is None and fresh(order).promise_date is None
    assert WorkKind.PRODUCTION_REPLY in open_kinds(order)


def test_a_line_of_another_order_is_refused():
    order, other = two_line_order(), make_order("approved")
    with pytest.raises(DomainError):
        services.reply_production(
            order=order, line_dates={other.lines.get().pk: timezone.localdate()}, by=person(Role.PRODUCTION)
        )
    assert not ProductionReply.objects.exists() and other.lines.get().promise_date is None


def test_only_the_late_lines_are_asked_about_again():
    order = two_line_order()
    first, second = order.lines.all()
    near, far = (timezone.localdate() + timedelta(days=days) for days in (5, 30))
    services.reply_production(order=order, line_dates={first.pk: near, second.pk: far}, by=person(Role.PRODUCTION))
    services.settle_promise(order=order, agreed=False, note="太晚", by=person(Role.SALES))
    assert [line.promise_date for line in order.lines.all()] == [near, None]
    assert WorkKind.PRODUCTION_REPLY in open_kinds(order)


def test_the_page_takes_a_day_for_all_and_others_for_single_lines():
    order = two_line_order()
    _first, second = order.lines.all()
    near, far = (timezone.localdate() + timedelta(days=days) for days in (5, 9))
    address = reverse("fulfillment:production-reply", args=[order.pk])
    data = {"promise_date": near.isoformat(), f"promise_date_{second.pk}": far.isoformat()}
    assert client_of(Role.PRODUCTION).post(address, data).status_code == 302
    assert [line.promise_date for line in order.lines.all()] == [near, far]


@pytest.mark.req("R14.5")
@pytest.mark.parametrize(
    ("first", "last", "expected"), [(5, 9, (True, False)), (9, 9, (True, True)), (1, 1, (False, False))]
)
def test_punctuality_is_judged_by_the_last_and_by_the_first_promise(first, last, expected):
    order = make_order("approved")
    reply(order, days=first)
    if last != first:
        reply(order, days=last)
    later = timezone.now() + timedelta(days=7)
    services_of_orders.start_production(order=order, by=person(Role.PRODUCTION), now=later)
    inspect(order, now=later)
    dispatch(prepare(order, now=later), now=later)
    change = order.status_changes.get(to_status="shipped")
    assert (change.on_time, change.on_time_first) == expected
