"""What the customer must decide: by when, who waits meanwhile, and what silence does (R2.5)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import DomainError
from orders import services
from orders.choices import Department
from orders.guards import blockers
from orders.ladder import current_case
from orders.models import Clarification, Order
from orders.specs import LineSpec
from tests.factories import fresh, make_order, make_product, pass_preliminary, person
from workflow.choices import WorkKind
from workflow.models import ApprovalCase, Notification, WorkItem, WorkPause
from workflow.services import add_approver, return_to_step
from workflow.services.standing_still import WAITING
from workflow.services.sweep import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.5")]

MONDAY = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def in_review() -> Order:
    order = make_order()
    services.review_preliminarily(order=order, result="passed", by=person(Role.INSIDE_SALES), now=MONDAY)
    return fresh(order)


def ask(order: Order, **over: Any) -> Clarification:
    values = {"question": "64G还是128G?", "by": person(Role.ORDER_CENTER), "now": MONDAY, **over}
    return services.open_clarification(order=order, **values)


def talk(question: Clarification, **over: Any) -> None:
    values = {"means": "phone", "spoke_with": "李明", "result": "要商量", "now": MONDAY + timedelta(hours=1), **over}
    services.record_communication(clarification=question, by=person(Role.SALES), **values)


def settle(question: Clarification, at: datetime) -> None:
    services.resolve_clarification(clarification=question, answer="128G", by=person(Role.SALES), now=at)


def awaited(order: Order) -> WorkItem:
    return WorkItem.objects.open().get(kind=WorkKind.CUSTOMER_ANSWER, subject_id=order.pk)


def reviews(order: Order, *, paused: bool) -> int:
    items = WorkItem.objects.open().filter(kind=WorkKind.REVIEW, subject_id=order.pk)
    return items.filter(paused_at__isnull=not paused).count()


def test_once_asked_the_answer_is_due_as_the_clock_for_answers_says():
    order = in_review()
    question = ask(order)
    assert question.answer_due_at is None
    talk(question)
    question.refresh_from_db()
    item = awaited(order)
    assert item.due_at == question.answer_due_at == MONDAY.replace(day=4, hour=18)  # two working days
    assert item.owner == order.salesperson and item.url == f"/orders/clarifications/{question.pk}/settle/"


def test_the_time_agreed_when_asking_counts_and_a_talk_may_change_it():
    agreed, later = MONDAY + timedelta(days=1), MONDAY + timedelta(days=7)
    order = in_review()
    question = ask(order, answer_due_at=agreed)
    talk(question)
    assert awaited(order).due_at == agreed
    talk(question, answer_due_at=later)
    question.refresh_from_db()
    assert awaited(order).due_at == question.answer_due_at == later
    assert WorkItem.objects.get(outcome="postponed").due_at == agreed


@pytest.mark.parametrize("act", [ask, talk])
def test_a_time_gone_by_is_no_deadline(act):
    order = in_review()
    about = order if act is ask else ask(order)
    before = WorkItem.objects.count()
    with pytest.raises(DomainError) as refused:
        act(about, answer_due_at=MONDAY - timedelta(hours=1))
    assert set(refused.value.fields) == {"answer_due_at"} and WorkItem.objects.count() == before


@pytest.mark.req("R13.2")
def test_whoever_waits_for_the_answer_has_no_clock_running_meanwhile():
    order = in_review()
    due = set(WorkItem.objects.filter(kind=WorkKind.REVIEW).values_list("due_at", flat=True))
    question = ask(order)
    assert reviews(order, paused=True) == 0, "nobody waits before the customer knows of it"
    talk(question)
    assert reviews(order, paused=True) == len(Department) and reviews(order, paused=False) == 0
    assert set(WorkPause.objects.values_list("reason", flat=True)) == {WAITING}
    settle(question, MONDAY.replace(day=3, hour=11))
    assert reviews(order, paused=False) == len(Department)
    moved = set(WorkItem.objects.filter(kind=WorkKind.REVIEW).values_list("due_at", flat=True))
    assert moved == {at + timedelta(days=1) for at in due}, "a working day was spent waiting"


def test_the_clocks_run_on_when_the_last_of_two_questions_is_answered():
    order = in_review()
    first, second = ask(order), ask(order, question="什么颜色?")
    talk(first)
    talk(second)
    settle(first, MONDAY + timedelta(hours=3))
    assert reviews(order, paused=False) == 0
    settle(second, MONDAY + timedelta(hours=4))
    assert reviews(order, paused=True) == 0


def test_a_round_opened_meanwhile_waits_as_well():
    order = in_review()
    question = ask(order)
    talk(question)
    services.return_to_sales(order=order, reason="改价", by=person(Role.ORDER_CENTER))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert reviews(order, paused=False) == 0 and reviews(order, paused=True) == len(Department)


def in_approval_and_waiting() -> Order:
    """Reviewed, with the ladder asking; then a question goes to the customer."""
    order = make_order("reviewed")
    talk(ask(order, now=timezone.now()), now=timezone.now())
    return order


def case_of(order: Order) -> ApprovalCase:
    case = current_case(order)
    assert case
    return case


def approvals(order: Order) -> list[bool]:
    """Of each approval somebody is asked for, whether its clock stands still."""
    items = WorkItem.objects.open().filter(kind=WorkKind.APPROVAL, subject_id=order.pk)
    return [item.paused_at is not None for item in items]


@pytest.mark.req("R3.5", "R13.2")
class TestApprovalsAskedForMeanwhile:
    def test_of_one_more_person(self):
        order = in_approval_and_waiting()
        case = case_of(order)
        add_approver(case, person=person(Role.ENGINEERING), before=True, word="?", by=person(Role.SALES_MANAGER))
        assert approvals(order) == [True]

    def test_of_an_earlier_step(self):
        order = make_order("reviewed", lines=(LineSpec(Decimal(20), Decimal(5000), product=make_product()),))
        services.decide_approval(order=order, approve=True, by=person(Role.SALES_MANAGER))
        talk(ask(order, now=timezone.now()), now=timezone.now())
        return_to_step(case_of(order), target=1, comment="?", by=person(Role.SALES_DIRECTOR))
        assert approvals(order) == [True]

    def test_of_the_order_centre_to_put_it_in_force(self):
        order = in_approval_and_waiting()
        services.decide_approval(order=order, approve=True, by=person(Role.SALES_MANAGER))
        assert case_of(order).status == "approved" and approvals(order) == [True]


def test_production_waits_for_the_answer_too_and_does_not_start():
    order = make_order("approved")
    question = ask(order, now=timezone.now())
    talk(question, now=timezone.now())
    reply = WorkItem.objects.open().get(kind=WorkKind.PRODUCTION_REPLY, subject_id=order.pk)
    assert reply.paused_at is not None
    assert "clarification" in [reason.code for reason in blockers(fresh(order))]


def test_silence_escalates_to_the_sales_manager():
    order = in_review()
    manager = person(Role.SALES_MANAGER)
    talk(ask(order, answer_due_at=MONDAY + timedelta(hours=5)))
    sweep(MONDAY + timedelta(days=1))
    told = Notification.objects.filter(user=order.salesperson, text__contains="overdue")
    assert told.exists() and not Notification.objects.filter(user=manager).exists()
    sweep(MONDAY + timedelta(days=2))
    assert Notification.objects.filter(user=manager, subject_id=order.pk).count() == 1


def test_silence_shows_on_the_order_and_in_the_queue():
    order = in_review()
    talk(ask(order, answer_due_at=MONDAY + timedelta(hours=5)))
    [reason] = [r for r in blockers(fresh(order)) if r.code.startswith("clarification")]
    assert reason.code == "clarification_silent" and "has not answered" in str(reason.text)
    client = Client()
    client.force_login(person(Role.ORDER_CENTER))
    assert "No answer from the customer" in client.get(f"/orders/{order.pk}/").content.decode()
    assert "No answer from the customer" in client.get("/orders/reviews/").content.decode()


def test_the_page_asks_for_the_time_and_shows_who_waits():
    order = make_order()
    pass_preliminary(order)
    client = Client()
    client.force_login(person(Role.SALES))
    due = timezone.localtime() + timedelta(days=3)
    data = {"question": "颜色?", "answer_due_at": due.strftime("%Y-%m-%dT%H:%M")}
    assert client.post(f"/orders/{order.pk}/ask/", data).status_code == 302
    question = Clarification.objects.get()
    assert question.answer_due_at == due.replace(second=0, microsecond=0)
    data = {"means": "wechat", "spoke_with": "李明", "result": "周四答复"}
    assert client.post(f"/orders/clarifications/{question.pk}/", data).status_code == 302
    assert "Waiting for the customer&#x27;s answer" in client.get(f"/orders/{order.pk}/").content.decode()
