"""The demo's execution: who gets which work, what a week can make, a disruption, and forms under way."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalog.models import ProductFamily
from config.demo.orders import morning
from config.demo.quality import make_inspections
from fulfillment.choices import RequisitionKind
from fulfillment.services import Effect, name_affected_orders, report_disruption, set_capacity, tell_customer
from fulfillment.services.disruptions import affected_orders
from fulfillment.services.requisitions import NodeSpec, decide_requisition, save_requisition, submit_requisition
from orders.choices import AssignableWork
from orders.services import save_assignment_rule

REVIEWERS = ("engineering", "production", "purchasing", "quality")


def make_execution(people: dict[str, User]) -> None:
    """After the orders: the weeks are filled by what was promised."""
    _assignment(people)
    _capacity(people)
    _disruption(people)
    _demand_plan(people)
    _outsourcing(people)
    make_inspections(people)


def _assignment(people: dict[str, User]) -> None:
    save_assignment_rule(
        kind=AssignableWork.PRODUCTION_REPLY, role="purchasing", region="华南", requirement="铸件先行，注意到货",
        person=people["purchasing"], by=people["admin"],
    )  # fmt: skip


def _capacity(people: dict[str, User]) -> None:
    """Enough for the weeks but one: the general manager has something to decide."""
    for family in ProductFamily.objects.order_by("code")[:2]:
        set_capacity(family=family, quantity=Decimal(20), by=people["production"])


def _disruption(people: dict[str, User]) -> None:
    """Two customers concerned, one of them told."""
    now = morning(0)
    trouble = report_disruption(
        kind="equipment", description="二号贴片线主轴损坏，备件明日到货。", started_at=now - timedelta(minutes=80),
        expected_end=now + timedelta(days=2), by=people["production"], now=now,
    )  # fmt: skip
    effects = [
        Effect(order, "交期推迟两天", order.promise_date + timedelta(days=2) if order.promise_date else None)
        for order in affected_orders()[:2]
    ]
    notices = name_affected_orders(disruption=trouble, effects=effects, by=people["production"], now=now)
    for notice in notices[:1]:
        tell_customer(
            notice=notice, means="phone", spoke_with="李经理", answer="理解，请尽量提前", by=people["sales_manager"]
        )


def _demand_plan(people: dict[str, User]) -> None:
    """Signed by all; its nodes are work of the departments now."""
    day = timezone.localdate() + timedelta(days=30)
    values = {
        "title": "边缘网关 X2", "specification": "X2-64G，宽温", "quantity": Decimal(200), "unit": "台",
        "wanted_date": day, "description": "工业级宽温网关，-40 至 70 ℃，双电源。",
        "reason": "两家重点客户询价，首年预计 600 台。",
    }  # fmt: skip
    nodes = [
        NodeSpec("engineering", "出图与样机", day - timedelta(days=18)),
        NodeSpec("purchasing", "关键物料到货", day - timedelta(days=10)),
    ]
    plan = save_requisition(kind=RequisitionKind.DEMAND_PLAN, values=values, nodes=nodes, by=people["sales"])
    submit_requisition(requisition=plan, by=people["sales"])
    for role in ("sales_director", *REVIEWERS, "general_manager"):
        decide_requisition(requisition=plan, approve=True, comment="同意", by=people[role])


def _outsourcing(people: dict[str, User]) -> None:
    """Waits for the sales director."""
    values = {
        "title": "铝合金机箱", "specification": "2U，阳极氧化", "quantity": Decimal(60), "unit": "个",
        "supplier": "昆山精工钣金", "amount": Decimal(10800), "wanted_date": timezone.localdate() + timedelta(days=12),
        "description": "按图加工，含包装。", "reason": "本月钣金产能已满。",
    }  # fmt: skip
    form = save_requisition(kind=RequisitionKind.OUTSOURCING, values=values, by=people["production"])
    submit_requisition(requisition=form, by=people["production"])
