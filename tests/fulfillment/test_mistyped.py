"""A year or a figure mistyped is refused where it is typed, and breaks no page for anybody (R4.2-R4.12, R5.2)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from catalog.models import ProductFamily
from core.errors import DomainError
from core.forms import DateField, DateTimeField
from core.horizon import beyond, out_of_reach
from credit.models import Receipt
from credit.services import report_receipt
from fulfillment import services
from fulfillment.models import Disruption, Nonconformity, PlanStep, PromiseStep, Requisition
from fulfillment.services.requisitions import NodeSpec, save_requisition
from orders.models import Clarification
from orders.services import open_clarification
from orders.specs import LineSpec
from tests.factories import client_of, fresh, make_customer, make_order, make_product, person
from tests.fulfillment.factories import ask_dispatch, inspect, make_inspected, prepare
from tests.orders.test_assignment import family

pytestmark = pytest.mark.django_db
NEVER = date(9999, 12, 31)


def test_days_are_within_three_years_and_to_come():
    today = date(2026, 3, 2)
    days = {"a": today, "b": NEVER, "c": today - timedelta(days=1), "d": date(1, 1, 1), "e": None}
    assert set(beyond(days, today)) == {"b", "d"} and set(out_of_reach(days, today)) == {"b", "c", "d"}


@pytest.mark.parametrize("text", ["9999-12-31", "0001-01-01", "1999-12-31", "2100-01-01"])
def test_no_form_takes_a_year_that_cannot_be_reckoned_with(text):
    from django.core.exceptions import ValidationError

    for field, given in ((DateField(), text), (DateTimeField(), f"{text}T10:00")):
        with pytest.raises(ValidationError):
            field.clean(given)
    assert DateField().clean("2026-12-31") and DateTimeField().clean("2026-12-31T10:00")


@pytest.mark.req("R4.9")
def test_rework_in_the_year_9999_does_not_break_the_board_of_plans():
    order = make_order("in_production", product=make_product())
    inspect(order, passed=False)
    own, maker = Nonconformity.objects.get(), person(Role.QUALITY)
    with pytest.raises(DomainError) as refused:
        services.decide_nonconformity(
            nonconformity=own, decision="rework", reason="可修复", by=maker,
            rework=services.Rework("补焊", Role.PRODUCTION, timezone.localdate(), NEVER),
        )  # fmt: skip
    assert "planned_end" in refused.value.fields and not PlanStep.objects.exists()
    assert client_of(Role.PRODUCTION).get(reverse("fulfillment:plan-board")).status_code == 200


@pytest.mark.req("R4.2")
def test_production_promises_no_day_in_the_year_9999():
    product = make_product(family=family("pump"), stock=0)
    services.set_capacity(family=ProductFamily.objects.get(), quantity=Decimal(5), by=person(Role.PRODUCTION))
    far = timezone.localdate() + timedelta(days=30)
    order = make_order("approved", lines=(LineSpec(Decimal(2), Decimal(5000), product=product),), requested_date=far)
    line, address = order.lines.get(), reverse("fulfillment:production-reply", args=[order.pk])
    with pytest.raises(DomainError) as refused:
        services.reply_production(order=order, promise_date=NEVER, by=person(Role.PRODUCTION))
    assert f"promise_date_{line.pk}" in refused.value.fields and fresh(order).promise_date is None
    answer = client_of(Role.PRODUCTION).post(address, {"promise_date": NEVER.isoformat(), "remarks": ""})
    assert answer.status_code == 422 and not PromiseStep.objects.exists()


@pytest.mark.req("R4.2")
def test_the_customer_cannot_want_a_day_that_has_passed():
    order = make_order("approved")
    late = timezone.localdate() + timedelta(days=200)
    services.reply_production(order=order, promise_date=late, by=person(Role.PRODUCTION))
    for day in (NEVER, timezone.localdate() - timedelta(days=1)):
        with pytest.raises(DomainError) as refused:
            services.settle_promise(order=order, agreed=False, note="太晚", counter_date=day, by=person(Role.SALES))
        assert refused.value.fields["counter_date"]
    assert not PromiseStep.objects.filter(kind="counter").exists()


@pytest.mark.req("R4.5")
@pytest.mark.parametrize("node_day", [None, NEVER, date(2020, 1, 1)])
def test_a_form_is_for_days_that_can_be_kept(node_day):
    values = {"title": "网关", "specification": "X2", "quantity": Decimal(2), "unit": "台", "description": "宽温",
              "reason": "询价", "wanted_date": NEVER if node_day is None else timezone.localdate()}  # fmt: skip
    nodes = [NodeSpec(Role.ENGINEERING, "出图", node_day)] if node_day else []
    with pytest.raises(DomainError) as refused:
        save_requisition(kind="demand_plan", values=values, nodes=nodes, by=person(Role.SALES))
    assert set(refused.value.fields) == {"nodes" if node_day else "wanted_date"}
    assert not Requisition.objects.exists()


@pytest.mark.req("R4.5")
def test_the_same_work_twice_is_complained_of_and_not_dropped():
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    data = {
        "title": "网关",
        "specification": "X2",
        "quantity": "2",
        "unit": "台",
        "description": "宽温",
        "reason": "询价",
    }
    data["wanted_date"] = day
    for n in (0, 1):
        data |= {f"role_{n}": "engineering", f"task_{n}": "出图", f"due_{n}": day}
    address = reverse("fulfillment:requisition-new", args=["demand_plan"])
    answer = client_of(Role.SALES).post(address, data)
    assert answer.status_code == 422 and "task_1" in answer.context["form"].errors
    assert not Requisition.objects.exists()


@pytest.mark.req("R4.3", "R4.10", "R4.12", "R5.2", "R5.4")
@pytest.mark.parametrize("name", ["disruption", "follow_up", "contingency", "request", "shortage", "dispatch", "week"])
def test_no_act_of_execution_takes_a_day_out_of_reach(name):
    order, by = make_inspected(), person(Role.PRODUCTION)
    long_ago = timezone.make_aware(datetime(2001, 1, 1))
    acts = {
        "disruption": lambda: services.report_disruption(
            kind="power", description="停电", started_at=long_ago, by=by),
        "follow_up": lambda: services.record_follow_up(
            order=order, stage="production", responsible=by, record="在做", planned_date=NEVER, by=person(Role.SALES)),
        "contingency": lambda: services.plan_contingency(
            order=order, cause="quality", situation="批次异常", measures="换料", responsible=by, due_date=NEVER, by=by),
        "request": lambda: ask_dispatch(order, wanted_date=NEVER),
        "shortage": lambda: services.report_shortage(
            shipment=prepare(order), reason="缺料", new_date=NEVER, by=person(Role.WAREHOUSE)),
        "dispatch": lambda: prepare(order, planned_date=timezone.localdate() - timedelta(days=1)),
        "week": lambda: services.set_capacity(family=family("pump"), quantity=Decimal(2), week=NEVER, by=by),
    }  # fmt: skip
    with pytest.raises(DomainError) as refused:
        acts[name]()
    assert refused.value.fields and not Disruption.objects.exists()


@pytest.mark.req("R2.5")
def test_no_question_stops_the_clocks_for_ever():
    far = timezone.now() + timedelta(days=4000)
    with pytest.raises(DomainError) as refused:
        open_clarification(order=make_order(), question="型号？", answer_due_at=far, by=person(Role.INSIDE_SALES))
    assert "answer_due_at" in refused.value.fields and not Clarification.objects.exists()


@pytest.mark.req("R5.1")
def test_money_is_not_reported_before_its_day():
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(DomainError):
        report_receipt(customer=make_customer(), reference="X", amount=Decimal(5), received_date=tomorrow,
                       by=person(Role.SALES))  # fmt: skip
    assert not Receipt.objects.exists()


@pytest.mark.req("R5.2")
def test_a_request_for_part_of_the_lines_can_be_corrected():
    goods = [LineSpec(Decimal(n), Decimal(5000), product=make_product()) for n in (5, 3)]
    request = ask_dispatch(make_inspected(lines=tuple(goods)), quantity=2)
    services.return_dispatch_request(dispatch_request=request, reason="改期", by=person(Role.INSIDE_SALES))
    page = client_of(Role.SALES).get(reverse("fulfillment:request-correct", args=[request.pk]))
    first, second = request.order.lines.order_by("position")
    assert page.status_code == 200
    assert [page.context["form"][f"quantity_{line.pk}"].value() for line in (first, second)] == ["2", "0"]
