"""Orders brought further: inspected, dispatched, accepted, each act by the person whose role it is."""

import base64
import io
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.choices import Role
from accounts.models import system_user
from fulfillment import services
from fulfillment.models import (
    Acceptance,
    Carrier,
    ContingencyPlan,
    DeliveryCheck,
    DispatchRequest,
    Disruption,
    FollowUp,
    Inspection,
    InspectionTemplate,
    Load,
    LoadManifest,
    PlanStep,
    Requisition,
    Shipment,
    StepTemplate,
    TransportEvent,
    TransportIncident,
)
from fulfillment.services import ItemFinding, LineWord
from fulfillment.services.requisitions import NodeSpec, save_requisition
from fulfillment.signing import token_of
from orders.models import Order, OrderLine
from orders.specs import LineSpec
from tests.factories import fresh, make_order, make_product, person


def inspect(order: Order, *, passed: bool = True, **over: Any) -> Inspection:
    finding = ItemFinding(passed, "" if passed else "划痕")
    findings = over.pop("findings", None) or {line.pk: finding for line in order.lines.all()}
    return services.record_inspection(order=order, findings=findings, by=person(Role.QUALITY), **over)


def make_inspected(**over: Any) -> Order:
    order = make_order("in_production", **over)
    inspect(order)
    return fresh(order)


def prepare(order: Order, quantity: Decimal | int | None = None, **over: Any) -> Shipment:
    """A dispatch order for so much of the first line, or for all that is open."""
    lines = list(order.lines.all())
    quantities = {lines[0].pk: Decimal(quantity)} if quantity else {line.pk: line.quantity_open for line in lines}
    values = {"carrier": "顺丰速运", **over}
    return services.create_shipment(
        order=order, quantities=values.pop("quantities", quantities), by=person(Role.LOGISTICS), **values
    )


def check_delivery(shipment: Shipment, **over: Any) -> DeliveryCheck:
    """Everything in order, save what `over` says."""
    items = {name: over.pop(name, True) for name in DeliveryCheck.ITEMS}
    return services.check_delivery(shipment=shipment, items=items, by=person(Role.WAREHOUSE), **over)


def dispatch(shipment: Shipment, **over: Any) -> Shipment:
    if over.pop("checked", True) and shipment.is_prepared:
        check_delivery(shipment)
    day = shipment.expected_arrival or timezone.localdate(over.get("now")) + timedelta(days=3)
    values = {"waybill": "SF1234567890", "expected_arrival": day, "by": person(Role.WAREHOUSE), **over}
    return services.dispatch_shipment(shipment=shipment, **values)


def ask_dispatch(order: Order, quantity: Decimal | int = 4, **over: Any) -> DispatchRequest:
    """Sales asks for so much of the first line."""
    line = order.lines.order_by("position")[0]
    values = {"wanted_date": timezone.localdate() + timedelta(days=3), "papers": "说明书、检验报告", **over}
    by = values.pop("by", None) or person(Role.SALES)
    return services.request_dispatch(
        order=order, quantities={line.pk: Decimal(quantity)}, wanted=services.Wanted(**values), by=by
    )


def send_back(request: DispatchRequest, reason: str = "地址不对") -> DispatchRequest:
    return services.return_dispatch_request(dispatch_request=request, reason=reason, by=person(Role.INSIDE_SALES))


def make_shipment(quantity: int | None = None, **over: Any) -> Shipment:
    """One under way."""
    return dispatch(prepare(make_inspected(**over), quantity))


def make_load(*shipments: Shipment, **over: Any) -> Load:
    """Of two prepared and checked shipments unless said otherwise."""
    rows = shipments or tuple(prepare(make_inspected()) for _ in range(2))
    checked = over.pop("checked", True)
    load = services.make_load(shipments=rows, **{"carrier": "德邦物流", "by": person(Role.LOGISTICS), **over})
    for row in rows if checked else ():
        check_delivery(row)
    return load


def write_manifest(load: Load, stops: Mapping[Shipment, tuple[int, int]], **over: Any) -> LoadManifest:
    """`stops`: place in the order of unloading and pieces of each shipment."""
    values = {"vehicle": "粤B12345", "driver": "赵师傅", "driver_phone": "13900139000", "by": person(Role.LOGISTICS)}
    given = {shipment.pk: services.Stop(*numbers) for shipment, numbers in stops.items()}
    return services.write_manifest(load=load, stops=given, **{**values, **over})


def again(thing: Any) -> Any:
    """As it stands in the database."""
    return type(thing).objects.get(pk=thing.pk)


def words_for(shipment: Shipment, **over: Any) -> dict[int, LineWord]:
    """Everything there and in order, save what `over` says of every line."""
    return {
        line.pk: LineWord(**{"quantity": line.quantity, "result": "accepted", "remark": "", **over})
        for line in shipment.lines.all()
    }


def token_for(shipment: Shipment) -> str:
    return token_of(shipment.pk, shipment.signing_seed)


def sign(shipment: Shipment, words: Mapping[int, LineWord] | None = None, **over: Any) -> Acceptance:
    values = {"token": token_for(shipment), "signer_name": "李明", "signature": drawn(), **over}
    return services.sign_delivery(words=words or words_for(shipment), by=system_user(), **values)


def drawn(*, strokes: bool = True) -> str:
    """A signature as the telephone sends it."""
    image = Image.new("RGB", (640, 240), "white")
    if strokes:
        ImageDraw.Draw(image).line([(20, 200), (120, 20), (220, 200), (400, 60), (600, 180)], fill="black", width=6)
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def picture(name: str = "crate.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("note.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")


def two_lines(stock: int = 0) -> tuple[LineSpec, ...]:
    return tuple(LineSpec(Decimal(5), Decimal(5000), product=make_product(stock=stock)) for _ in range(2))


def make_disruption(**over: Any) -> Disruption:
    values = {"kind": "power", "description": "二号线停电", "started_at": timezone.now() - timedelta(hours=1), **over}
    return services.report_disruption(by=person(Role.PRODUCTION), **values)


PLAN_VALUES = {
    "title": "边缘网关X2", "specification": "X2-64G", "quantity": Decimal(200), "unit": "台", "supplier": "华南电子",
    "amount": Decimal(90000), "description": "工业级,宽温", "reason": "两家重点客户询价",
}  # fmt: skip


def make_demand_plan(kind: str = "demand_plan", **over: Any) -> Requisition:
    """Written by a salesperson; of a demand plan with one node."""
    day = timezone.localdate() + timedelta(days=30)
    nodes = over.pop("nodes", [NodeSpec(Role.ENGINEERING, "出图", day)] if kind == "demand_plan" else [])
    by = over.pop("by", None) or person(Role.SALES)
    return save_requisition(kind=kind, values={**PLAN_VALUES, "wanted_date": day, **over}, nodes=nodes, by=by)


def follow_up(order: Order, **over: Any) -> FollowUp:
    """What sales writes down of an order; with `delay_risk` a whole warning."""
    values: dict[str, Any] = {"stage": "production", "responsible": person(Role.SALES), "record": "已完成装配", **over}
    if values.get("delay_risk"):
        values = {"problem": "电源模块缺货", "plan_of_action": "向第二供应商采购", **values}
    return services.record_follow_up(order=order, **{"by": person(Role.SALES), **values})


def make_contingency(order: Order, **over: Any) -> ContingencyPlan:
    values: dict[str, Any] = {
        "cause": "force_majeure", "situation": "台风停工", "measures": "改由苏州工厂生产",
        "responsible": person(Role.PRODUCTION), "due_date": timezone.localdate() + timedelta(days=3),
        "by": person(Role.SALES_MANAGER), **over,
    }  # fmt: skip
    return services.plan_contingency(order=order, **values)


def make_step_template(position: int = 1, name: str = "备料", role: str = Role.WAREHOUSE, **over: Any) -> StepTemplate:
    values = {"days": 2, "by": person(Role.PRODUCTION), **over}
    return services.save_step_template(position=position, name=name, role=role, **values)


def make_step(line: OrderLine, **over: Any) -> PlanStep:
    today = timezone.localdate()
    values = {"name": "返工", "role": Role.PRODUCTION, "planned_start": today, "planned_end": today, **over}
    return services.add_step(line=line, by=person(Role.PRODUCTION), **values)


def make_carrier(**over: Any) -> Carrier:
    n = Carrier.objects.count() + 1
    values = {
        "code": f"Y{n:03d}", "name": f"顺达物流{n}", "contract_number": f"HT{n:03d}", "contact": "赵刚",
        "phone": "13900139000",
        "valid_until": timezone.localdate() + timedelta(days=365), "is_active": True, **over,
    }  # fmt: skip
    return services.save_carrier(carrier=Carrier(), values=values, by=person(Role.LOGISTICS))


def follow(shipment: Shipment, kind: str = "in_transit", **over: Any) -> TransportEvent:
    values = {"place": "杭州转运中心", "by": person(Role.LOGISTICS), **over}
    return services.record_transport_event(shipment=shipment, kind=kind, **values)


def make_incident(shipment: Shipment, kind: str = "damage", **over: Any) -> TransportIncident:
    """Reported by the warehouse."""
    values = {"description": "外箱破损两件", "by": person(Role.WAREHOUSE), **over}
    return services.report_incident(shipment=shipment, kind=kind, **values)


def settle(incident: TransportIncident, responsible: str = "carrier", **over: Any) -> TransportIncident:
    values = {"measure": "承运人赔付，补发两件", "by": person(Role.LOGISTICS), **over}
    return services.settle_incident(incident=incident, responsible=responsible, **values)


def make_item(kind: str = "in_process", item: str = "耐压", position: int = 1, **over: Any) -> InspectionTemplate:
    """An item quality looks at; with `minimum` or `maximum` it is measured."""
    values = {"standard": "GB/T 9254", "by": person(Role.QUALITY), **over}
    return services.save_inspection_template(kind=kind, position=position, item=item, **values)


def start_inspected_step(order: Order | None = None) -> PlanStep:
    """A step that quality looks at, under way."""
    make_step_template(1, "装配", Role.PRODUCTION, is_inspected=True)
    step = PlanStep.objects.get(order_line__order=order or make_order("in_production"), position=1)
    return services.start_step(step=step, by=person(Role.PRODUCTION))


def inspect_step(step: PlanStep, *, passed: bool = True, **over: Any) -> Inspection:
    finding = ItemFinding(passed, "" if passed else "虚焊")
    findings = over.pop("findings", None) or {step.order_line_id: finding}
    return services.record_inspection(step=step, findings=findings, by=person(Role.QUALITY), **over)
