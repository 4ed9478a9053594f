"""Inspection of what came in, in process and final; only what passed goes into stock for its order (R4.9, R5.9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.models import ProductFamily, StockLot, StockReservation
from catalog.services import block_lot, lock_beyond, receive_reserved, release_lot
from core import audit
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document
from fulfillment import inspected
from fulfillment.choices import InspectionKind, InspectionResult, RequisitionKind, RequisitionStatus
from fulfillment.documents import issue_completion
from fulfillment.inspected import Goods, ItemFinding
from fulfillment.models import Inspection, InspectionTemplate, PlanStep, Requisition
from fulfillment.services import nonconformities
from fulfillment.services.plan import lock_step
from orders.choices import OrderStatus
from orders.models import Order
from orders.services import record_final_inspection
from orders.services.steps import lock_order, require_status
from workflow.choices import HoldKind, WorkKind
from workflow.services import active_holds, finish_work, open_items, place_hold

FIELDS = ("family_id", "kind", "position", "item", "standard", "minimum", "maximum", "unit", "is_active")


@dataclass(frozen=True)
class Subject:
    """What is inspected, locked, with its goods."""

    kind: InspectionKind
    goods: Sequence[Goods]
    columns: Mapping[str, Any]  # of the inspection
    lots: Mapping[int, StockLot] = field(default_factory=dict)  # which may stand in for the lot that was looked at

    @property
    def order(self) -> Order | None:
        return self.columns.get("order")


@act("fulfillment.record_inspection", roles={Role.QUALITY})
def record_inspection(
    *,
    findings: Mapping[int, ItemFinding],
    by: User,
    order: Order | None = None,
    step: PlanStep | None = None,
    lot: StockLot | None = None,
    requisition: Requisition | None = None,
    remarks: str = "",
    hold: bool = False,
    photos: Sequence[UploadedFile] = (),
    now: datetime | None = None,
) -> Inspection:
    """Record the inspection of one thing: an order (final), a step under way, a lot or what was bought (incoming).

    `findings` by the key of the goods (inspected.Goods); it passes when all goods do. A passed final one receives what
    was made into stock under the order's number and reserves it; a step that quality passes may be finished.
    Failed: it stays to be done, somebody decides what becomes of the goods, and with `hold` the order stands still
    until quality releases it; a lot is blocked until it passes, and what was promised of it comes of other lots or is
    missing. Goods let pass by a concession count as passed and use it up.
    Raises DomainError("incomplete") by field, DomainError("attachment_type") for a photo that is none,
    DomainError("undecided"), DomainError("rework"), Conflict("status"),
    Conflict("not_under_way"), Conflict("not_bought"), NotPermitted("four_eyes") for who does the step.
    """
    now = now or timezone.now()
    subject = _subject(by, order=order, step=step, lot=lot, requisition=requisition)
    rows = inspected.judge(subject.goods, findings)
    known = nonconformities.open_ones(dict(subject.columns), rows)
    nonconformities.let_pass(rows, known, step.pk if step else None)
    passed = all(row["passed"] or row.get("conceded") for row in rows)
    inspection = Inspection.objects.create(
        kind=subject.kind, items=rows, remarks=remarks.strip(), by=by, at=now, **subject.columns,
        result=InspectionResult.PASSED if passed else InspectionResult.FAILED,
    )  # fmt: skip
    for photo in photos:
        attach_file(inspection, upload=photo, kind=AttachmentKind.PHOTO, by=by, is_scan=True, now=now)
    nonconformities.follow(inspection, known, by=by, now=now)
    FOLLOWS[subject.kind](subject, inspection, by, now)
    if hold and not passed and subject.order and not active_holds(subject.order).filter(kind=HoldKind.QUALITY).exists():
        place_hold(subject.order, kind=HoldKind.QUALITY, reason=inspected.reasons(rows)[:500], by=by, now=now)
    return inspection


def _subject(
    by: User, *, order: Order | None, step: PlanStep | None, lot: StockLot | None, requisition: Requisition | None
) -> Subject:
    if order is not None:
        order = lock_order(order, by=by)
        require_status(order, OrderStatus.IN_PRODUCTION)
        return Subject(InspectionKind.FINAL, inspected.goods_of_order(order), {"order": order})
    if step is not None:
        order, step = lock_step(step, by)
        require_inspectable(step, by)
        goods = inspected.goods_of_line(step.order_line)
        return Subject(InspectionKind.IN_PROCESS, goods, {"order": order, "step": step})
    if lot is not None:
        lots = lock_beyond({lot.pk: Decimal(0)})
        lot = lots[lot.pk]
        return Subject(InspectionKind.INCOMING, inspected.goods_of_lot(lot), {"lot": lot}, lots)
    assert requisition is not None
    bought = Requisition.objects.select_related("order").select_for_update(of=("self",)).get(pk=requisition.pk)
    if not is_bought(bought):
        raise Conflict("not_bought", _("It has not been bought yet: purchasing says when."))
    columns = {"requisition": bought, "order": bought.order}
    return Subject(InspectionKind.INCOMING, inspected.goods_of_requisition(bought), columns)


def require_inspectable(step: PlanStep, by: User) -> None:
    """Raise Conflict("not_under_way"), or NotPermitted("four_eyes") for who does the step."""
    if step.state != "doing":
        raise Conflict("not_under_way", _("Only a step that is under way is inspected."))
    if step.person_id == by.pk:
        raise NotPermitted("four_eyes", _("This step is yours: somebody else of quality inspects it."))


def is_bought(requisition: Requisition) -> bool:
    """Purchasing has bought what the application asked for (R4.7)."""
    waiting = open_items(requisition).filter(kind=WorkKind.OUTSOURCE).exists()
    under_way = requisition.status in (RequisitionStatus.APPROVED, RequisitionStatus.DONE)
    return requisition.kind == RequisitionKind.OUTSOURCING and under_way and not waiting


def _final(subject: Subject, inspection: Inspection, by: User, now: datetime) -> None:
    passed, order = inspection.result == InspectionResult.PASSED, subject.order
    assert order is not None
    note = inspection.remarks or inspected.reasons(inspection.items)
    record_final_inspection(order=order, passed=passed, by=by, note=note, now=now)
    if passed:
        _receive(order, by=by, now=now)


def _in_process(subject: Subject, inspection: Inspection, by: User, now: datetime) -> None:
    step, order = subject.columns["step"], subject.order
    assert order is not None
    if inspection.result == InspectionResult.PASSED:
        finish_work(WorkKind.IN_PROCESS_INSPECTION, order, by=by, outcome="passed", key=str(step.pk), now=now)
    note = f"{step.order_line} {step}: {inspection.remarks or inspected.reasons(inspection.items)}".rstrip(": ")
    audit.record(f"order.step_inspection_{inspection.result}", order, by=by, note=note, now=now)


def _incoming(subject: Subject, inspection: Inspection, by: User, now: datetime) -> None:
    bought, lot = subject.columns.get("requisition"), subject.columns.get("lot")
    note = inspection.remarks or inspected.reasons(inspection.items)
    if bought is not None:
        finish_work(WorkKind.INCOMING_INSPECTION, bought, by=by, outcome=inspection.result, now=now)
        audit.record(f"requisition.incoming_{inspection.result}", bought, by=by, note=note, now=now)
    elif lot is not None:
        trail = f"{lot.batch}: {note}".rstrip(": ")
        audit.record(f"stock.incoming_{inspection.result}", lot.product, by=by, note=trail, now=now)
        if inspection.result == InspectionResult.PASSED:
            release_lot(lot, by=by, note=inspection.remarks, now=now)
        else:
            reason = inspected.why(inspection.items[0]) or inspection.remarks
            block_lot(lot, subject.lots, reason=reason, by=by, now=now)


FOLLOWS = {InspectionKind.FINAL: _final, InspectionKind.IN_PROCESS: _in_process, InspectionKind.INCOMING: _incoming}


def _receive(order: Order, *, by: User, now: datetime) -> None:
    """Lines come in the order of their products: the order in which stock is locked everywhere."""
    held = dict(
        StockReservation.objects.filter(reference=order.number)
        .values_list("line_id")
        .annotate(Sum("quantity"))
        .order_by()
    )
    for line in order.lines.select_related("product").order_by("product_id", "pk"):
        made = line.quantity - line.quantity_shipped - held.get(line.pk, Decimal(0))
        if line.product is not None and made > 0:
            receive_reserved(
                order.number or "", line_id=line.pk, product=line.product, quantity=made, batch=order.number or "",
                by=by, now=now,
            )  # fmt: skip


@act("fulfillment.issue_completion_report", roles={Role.QUALITY, Role.PRODUCTION, Role.ORDER_CENTER})
def issue_completion_report(*, order: Order, by: User, now: datetime | None = None) -> Document:
    """The completion report (產成表) of an order, from the final inspection that passed (R4.9).

    Raises DomainError("inspection") before it passed, and again after a later one failed.
    """
    order = lock_order(order, by=by)
    final = order.inspections.filter(kind=InspectionKind.FINAL).order_by("pk").last()
    if order.inspection_passed_at is None or final is None or final.result != InspectionResult.PASSED:
        text = _("The final inspection has not been passed: only then is there something to report.")
        raise DomainError("inspection", text)
    final.order = order
    document = issue_completion(final, by=by, now=now)
    audit.record("order.completion_reported", order, by=by, note=document.number, now=now)
    return document


@act("fulfillment.save_inspection_template", roles={Role.QUALITY, Role.ADMIN, *MANAGERS})
def save_inspection_template(
    *, kind: str, position: int, item: str, by: User, family: ProductFamily | None = None, standard: str = "",
    minimum: Decimal | None = None, maximum: Decimal | None = None, unit: str = "", is_active: bool = True,
    template: InspectionTemplate | None = None, now: datetime | None = None,
) -> InspectionTemplate:  # fmt: skip
    """Add an item that inspections ask for, or change one; what was inspected stays. Raises DomainError by field."""
    if template is not None:
        template = InspectionTemplate.objects.select_for_update().get(pk=template.pk)
    problems = {} if item.strip() else {"item": [_("Required.")]}
    others = InspectionTemplate.objects.filter(kind=kind, family=family, position=position)
    if any(other != template for other in others):
        problems["position"] = [_("Another item stands at this position.")]
    if minimum is not None and maximum is not None and maximum < minimum:
        problems["maximum"] = [_("Less than the least allowed.")]
    if kind not in InspectionKind.values:
        problems["kind"] = [_("Choose one.")]
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    before = {each: getattr(template, each) for each in FIELDS} if template else {}
    template = template or InspectionTemplate()
    template.family, template.kind, template.position = family, kind, position
    template.item, template.standard, template.unit = item.strip(), standard.strip(), unit.strip()
    template.minimum, template.maximum, template.is_active = minimum, maximum, is_active
    template.save()
    changes = audit.differences(before, {each: getattr(template, each) for each in FIELDS})
    audit.record("inspection_item.saved", template, by=by, changes=changes, now=now)
    return template
