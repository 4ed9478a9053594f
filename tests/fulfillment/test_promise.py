from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import ProductionReply, PromiseStep
from tests.factories import fresh, make_order, person
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
