"""Goods that did not pass are mended, conceded by the general manager or scrapped until an inspection passes (R4.9)."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import Nonconformity, PlanStep
from fulfillment.services import ItemFinding, Rework
from tests.factories import client_of, fresh, make_order, make_product, make_user, person
from tests.fulfillment.factories import inspect, inspect_step, make_step_template, start_inspected_step
from workflow.choices import WorkKind
from workflow.models import Waiver
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9")]


def rework(name="补焊", role=Role.PRODUCTION):
    today = timezone.localdate()
    return Rework(name, role, today, today)


def decide(decision="rework", **over):
    own = Nonconformity.objects.get(decision="", closed_at=None)
    values = {"reason": "可修复", "by": person(Role.QUALITY), "rework": rework(), **over}
    return services.decide_nonconformity(nonconformity=own, decision=decision, **values)


def work(step):
    maker = person(step.role)
    step.refresh_from_db()
    if step.needs_taking_over:
        services.take_over_step(step=step, by=maker)
    return services.start_step(step=step, by=maker)


def make_failed():
    order = make_order("in_production", product=make_product())
    inspect(order, passed=False)
    return order


def test_what_fails_waits_for_a_decision_and_cannot_simply_pass():
    order = make_failed()
    own = Nonconformity.objects.get()
    assert (own.order, own.order_line, own.decision) == (order, order.lines.get(), "")
    assert open_items(order).get(kind=WorkKind.NONCONFORMITY).owner_role == Role.QUALITY
    with pytest.raises(DomainError) as refused:
        inspect(order)
    assert refused.value.code == "undecided" and fresh(order).inspection_passed_at is None
    inspect(order, passed=False)
    assert Nonconformity.objects.count() == 1  # failed again, still the same


def test_rework_is_a_step_of_the_plan_and_ends_with_a_passed_inspection():
    order = make_failed()
    own = decide()
    step = own.rework_step
    assert step.name == "补焊" and not open_items(order).filter(kind=WorkKind.NONCONFORMITY).exists()
    assert open_items(order).get(kind=WorkKind.PLAN_STEP).key == str(step.pk)
    with pytest.raises(DomainError) as refused:
        inspect(order)
    assert refused.value.code == "rework"
    services.finish_step(step=work(step), by=person(Role.PRODUCTION))
    passed = inspect(order)
    own.refresh_from_db()
    assert own.closed_by_inspection == passed and fresh(order).inspection_passed_at


def test_what_fails_again_after_rework_is_decided_anew():
    order = make_failed()
    first = decide()
    inspect(order, passed=False)
    first.refresh_from_db()
    assert first.closed_at and Nonconformity.objects.get(closed_at=None).decision == ""


def test_a_failed_step_goes_on_to_its_rework_before_the_next_department_takes_over():
    make_step_template(2, "包装", Role.WAREHOUSE)
    step = start_inspected_step()
    order, maker = step.order_line.order, person(Role.PRODUCTION)
    inspect_step(step, passed=False)
    with pytest.raises(DomainError):
        services.finish_step(step=step, by=maker)
    mending = decide().rework_step
    services.finish_step(step=step, by=maker)
    assert [each.name for each in PlanStep.objects.order_by("position")] == ["装配", "补焊", "包装"]
    work(mending)
    with pytest.raises(DomainError):
        services.finish_step(step=mending, by=maker)  # looked at again first
    inspect_step(mending)
    services.finish_step(step=mending, by=maker)
    assert open_items(order).get(kind=WorkKind.PLAN_STEP).owner_role == Role.WAREHOUSE
    assert not Nonconformity.objects.open().exists()


@pytest.mark.req("R14.4")
def test_a_concession_of_the_general_manager_lets_the_goods_pass_once():
    order = make_failed()
    own = decide("concession", reason="划痕不影响使用，客户同意")
    assert open_items(own).get(kind=WorkKind.WAIVER).owner_role == Role.GENERAL_MANAGER
    inspect(order, passed=False)
    assert fresh(order).inspection_passed_at is None  # asked is not granted
    services.answer_concession(nonconformity=own, grant=True, by=person(Role.GENERAL_MANAGER))
    found = inspect(order, passed=False)
    assert found.result == "passed" and found.items[0]["conceded"] and fresh(order).inspection_passed_at
    waiver = Waiver.objects.get()
    assert (waiver.gate, waiver.status, waiver.used_reference) == ("quality", "used", order.number)
    inspect(order, passed=False)
    assert fresh(order).inspection_passed_at is None  # once


@pytest.mark.req("R14.4")
def test_a_refused_concession_is_decided_anew():
    order = make_failed()
    own = decide("concession")
    services.answer_concession(nonconformity=own, grant=False, note="不行", by=person(Role.GENERAL_MANAGER))
    own.refresh_from_db()
    assert own.decision == "" and open_items(order).filter(kind=WorkKind.NONCONFORMITY).exists()
    with pytest.raises(Conflict):
        services.answer_concession(nonconformity=own, grant=True, by=person(Role.GENERAL_MANAGER))


@pytest.mark.parametrize("who", ["inspector", "applicant", "salesperson"])
def test_nobody_concedes_what_they_inspected_asked_for_or_sell(who):
    order = make_order("in_production")
    boss = make_user(Role.GENERAL_MANAGER, Role.QUALITY, Role.SALES)
    if who == "salesperson":
        type(order).objects.filter(pk=order.pk).update(salesperson=boss)
    findings = {line.pk: ItemFinding(False, "划痕") for line in order.lines.all()}
    inspector = boss if who == "inspector" else person(Role.QUALITY)
    services.record_inspection(order=order, findings=findings, by=inspector)
    own = decide("concession", by=boss if who == "applicant" else person(Role.PRODUCTION))
    with pytest.raises(NotPermitted):
        services.answer_concession(nonconformity=own, grant=True, by=boss)
    assert Waiver.objects.get().status == "requested"


@pytest.mark.parametrize(
    ("over", "fields"),
    [
        ({"reason": " "}, {"reason"}),
        ({"rework": None}, {"name", "role", "planned_start", "planned_end"}),
        ({"rework": rework(" ", Role.SALES)}, {"name", "role"}),
        ({"decision": "forget"}, {"decision"}),
    ],
)
def test_an_incomplete_decision_changes_nothing(over, fields):
    order = make_failed()
    with pytest.raises(DomainError) as refused:
        decide(**over)
    assert set(refused.value.fields) == fields
    assert Nonconformity.objects.get().decision == "" and not PlanStep.objects.filter(order_line__order=order).exists()


def test_decided_is_decided():
    make_failed()
    own = decide()
    with pytest.raises(Conflict):
        services.decide_nonconformity(
            nonconformity=own, decision="scrap", reason="x", rework=rework(), by=person(Role.QUALITY)
        )
    assert PlanStep.objects.count() == 1


def test_the_database_keeps_one_open_for_a_line_and_a_decision_has_its_person():
    order = make_failed()
    own = Nonconformity.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Nonconformity.objects.create(
            inspection=own.inspection, order=order, order_line=own.order_line, description="x", opened_at=own.opened_at
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Nonconformity.objects.update(decision="scrap")


def test_from_the_inbox_to_the_decision_in_the_browser(django_assert_max_num_queries):
    order = make_failed()
    own, browser = Nonconformity.objects.get(), client_of(Role.QUALITY)
    assert open_items(order).get(kind=WorkKind.NONCONFORMITY).url == own.get_absolute_url()
    decide_address = reverse("fulfillment:nonconformity-decide", args=[own.pk])
    assert decide_address in browser.get(own.get_absolute_url()).content.decode()
    assert browser.post(decide_address, {"decision": "concession", "reason": "可接受"}).status_code == 302
    boss = client_of(Role.GENERAL_MANAGER)
    concede = reverse("fulfillment:nonconformity-concede", args=[own.pk])
    assert concede in boss.get(own.get_absolute_url()).content.decode()
    assert boss.post(concede, {"grant": "yes"}).status_code == 302
    assert Waiver.objects.get().status == "granted"
    assert own.get_absolute_url() in browser.get(order.get_absolute_url()).content.decode()
    for _ in range(3):
        make_failed()
    with django_assert_max_num_queries(12):
        assert browser.get(reverse("fulfillment:nonconformity-list")).status_code == 200
