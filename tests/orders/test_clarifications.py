"""Unclear data: asked, talked about within two hours, answered, and nothing goes on before (R2.4)."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders import services
from orders.choices import PreliminaryItem
from orders.models import Clarification, Order
from tests.factories import fresh, make_order, person
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.4")]


def asked(order: Order) -> Clarification:
    """As the preliminary review asks."""
    findings = {PreliminaryItem.values[0]: {"ok": False, "remark": "哪个型号?"}}
    services.review_preliminarily(
        order=order, result="needs_information", findings=findings, by=person(Role.INSIDE_SALES)
    )
    return order.clarifications.get()


def talk(question: Clarification, **over):
    values: dict[str, Any] = {
        "means": "phone",
        "spoke_with": "李明",
        "result": "要A型",
        "by": person(Role.SALES),
        **over,
    }
    return services.record_communication(clarification=question, **values)


def clocks(order: Order):
    return WorkItem.objects.open().filter(kind=WorkKind.CLARIFICATION, subject_id=order.pk)


def test_the_open_points_of_the_review_are_the_question_and_the_salespersons_work():
    order = make_order()
    question = asked(order)
    assert "哪个型号?" in question.question
    assert clocks(order).get().owner == order.salesperson


def test_the_clock_runs_two_working_hours_over_the_noon_break():
    order = make_order()
    now = datetime(2026, 3, 2, 11, tzinfo=ZoneInfo("Asia/Shanghai"))
    services.open_clarification(order=order, question="?", by=person(Role.ORDER_CENTER), now=now)
    assert clocks(order).get().due_at == now.replace(hour=14)


def test_the_first_talk_stops_the_clock_and_says_who_when_how_and_what():
    order = make_order()
    question = asked(order)
    row = talk(question)
    question.refresh_from_db()
    assert not clocks(order).exists() and question.contacted_at == row.at
    assert (row.by, row.means, row.spoke_with, row.result) == (person(Role.SALES), "phone", "李明", "要A型")
    talk(question, result="再确认")
    assert question.communications.count() == 2
    assert AuditEntry.objects.filter(action="order.customer_contacted", subject_id=order.pk).count() == 2


def test_what_is_missing_in_the_record_is_said_by_field():
    question = asked(make_order())
    with pytest.raises(DomainError) as refused:
        talk(question, means="smoke", spoke_with=" ", result="", at=timezone.now() + timedelta(hours=1))
    assert set(refused.value.fields) == {"means", "spoke_with", "result", "at"}


def test_no_answer_before_a_talk_and_no_second_answer():
    question = asked(make_order())
    answer: dict[str, Any] = {"clarification": question, "answer": "A型", "by": person(Role.SALES)}
    with pytest.raises(DomainError, match="not_contacted"):
        services.resolve_clarification(**answer)
    talk(question)
    services.resolve_clarification(**answer)
    with pytest.raises(Conflict, match="resolved"):
        services.resolve_clarification(**answer)
    with pytest.raises(Conflict, match="resolved"):
        talk(question)


def test_the_preliminary_review_passes_only_when_the_question_is_answered():
    order = make_order()
    question = asked(order)
    passing: dict[str, Any] = {"order": order, "result": "passed", "by": person(Role.INSIDE_SALES)}
    with pytest.raises(DomainError, match="clarification"):
        services.review_preliminarily(**passing)
    talk(question)
    services.resolve_clarification(clarification=question, answer="A型", by=person(Role.SALES))
    services.review_preliminarily(**passing)
    assert fresh(order).preliminary_passed_at


@pytest.mark.parametrize("end", ["reject", "cancel"])
def test_nobody_is_reminded_of_a_question_about_an_order_that_ended(end):
    order = make_order()
    asked(order)
    if end == "reject":
        services.review_preliminarily(order=order, result="rejected", remarks="不做", by=person(Role.INSIDE_SALES))
    else:
        services.cancel_order(order=order, reason="客户取消", by=person(Role.SALES_MANAGER))
    assert not WorkItem.objects.open().filter(subject_id=order.pk, subject_type="orders.order").exists()
