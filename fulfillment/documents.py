"""What goes into the papers of a shipment: frozen when issued, drawn from that alone."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from core.choices import DocumentKind
from core.documents import issue_document
from core.models import Document
from fulfillment.choices import RequisitionKind
from fulfillment.models import (
    Acceptance,
    AcceptanceLine,
    AcceptanceProblem,
    FollowUp,
    Inspection,
    LoadManifest,
    PlanStep,
    Preparation,
    Requisition,
    Shipment,
    ShipmentLine,
)
from orders.choices import DueEvent
from orders.guards.money import lacking
from orders.models import Order
from workflow.choices import Gate, StepStatus, WaiverStatus
from workflow.models import Waiver
from workflow.services import cases_of, valid_waiver, waivers_of

PAPERS = {
    RequisitionKind.DEMAND_PLAN: DocumentKind.DEMAND_PLAN,
    RequisitionKind.CHANGE_NOTICE: DocumentKind.CHANGE_NOTICE,
    RequisitionKind.OUTSOURCING: DocumentKind.OUTSOURCING_APPLICATION,
}


def issue_delivery_note(shipment: Shipment, *, by: User, now: datetime | None = None) -> Document:
    """送貨單/簽收單 (R6.2), with the special approval that let it pass (R14.4).

    Of the signing link only the seed is frozen; the code is made when the paper is drawn, so that the database holds
    no link anybody could sign by.
    """
    context = {
        **shipment_context(shipment),
        "waivers": waiver_context(shipment),
        "signing": {"shipment": shipment.pk, "seed": shipment.signing_seed, "until": shipment.signing_expires_at},
        "dispatched_by": str(shipment.dispatched_by),
    }
    return issue_document("delivery_note", shipment, context=context, by=by, number=shipment.number, now=now)


def issue_dispatch_order(shipment: Shipment, *, by: User, now: datetime | None = None) -> Document:
    """發貨單 (R5.2), with the special approval that will let the goods leave unpaid (R14.4)."""
    order = shipment.order
    missing = lacking(order, DueEvent.BEFORE_SHIPMENT)
    waiver = valid_waiver(order, Gate.PAYMENT, missing, now=now) if missing else None
    context = {
        **shipment_context(shipment),
        "planned_date": shipment.planned_date,
        "prepared_by": str(shipment.prepared_by),
        "prepared_at": shipment.prepared_at,
        "waivers": [shown_waiver(waiver, missing, order.currency)] if waiver else [],
    }
    return issue_document("dispatch_order", shipment, context=context, by=by, number=shipment.number, now=now)


def issue_preparation_sheet(preparation: Preparation, *, by: User, now: datetime | None = None) -> Document:
    """發貨準備單 (R5.3): what to lay out, from which batches."""
    shipment = preparation.shipment
    context = shipment_context(shipment)
    for line in context["lines"]:
        line["batches"] = [row for row in preparation.batches if row["line"] == line["id"]]
    context |= {
        "planned_date": shipment.planned_date,
        "inspection_report": preparation.inspection_report,
        "packaging_check": preparation.packaging,
        "laid_out_by": str(preparation.by),
        "laid_out_at": preparation.at,
    }
    return issue_document("preparation_sheet", shipment, context=context, by=by, number=shipment.number, now=now)


def issue_load_manifest(manifest: LoadManifest, *, by: User, now: datetime | None = None) -> Document:
    """裝車單 (R5.5): what the driver unloads where."""
    load = manifest.load
    stops = manifest.stops.select_related("shipment__order__customer")
    shown = [{**shipment_context(stop.shipment), "position": stop.position, "pieces": stop.pieces} for stop in stops]
    context = {
        "carrier": load.carrier, "mode": load.mode, "waybill": load.waybill, "expected_arrival": load.expected_arrival,
        "vehicle": manifest.vehicle, "driver": manifest.driver, "driver_phone": manifest.driver_phone,
        "pieces": sum(stop.pieces for stop in stops), "stops": shown,
    }  # fmt: skip
    return issue_document(DocumentKind.LOAD_MANIFEST, manifest, context=context, by=by, number=load.number, now=now)


def issue_acceptance_slip(acceptance: Acceptance, *, by: User, now: datetime | None = None) -> Document:
    """驗收單 (R6.3): who signed, and the word on every line."""
    shipment = acceptance.shipment
    words = {line.shipment_line_id: line for line in acceptance.lines.all()}
    context = shipment_context(shipment)
    for line in context["lines"]:
        word = words[line["id"]]
        line |= {
            "received": word.quantity_received, "result": word.result, "remark": word.remark, "criteria": word.criteria,
        }  # fmt: skip
    context |= {
        "signer": acceptance.signer_name,
        "signed_at": acceptance.signed_at,
        "via": acceptance.via,
        "result": acceptance.result,
        "acceptance_remarks": acceptance.remarks,
        "signature": acceptance.signature_url,
    }
    return issue_document("acceptance_slip", shipment, context=context, by=by, number=shipment.number, now=now)


def issue_problem_record(
    problem: AcceptanceProblem, *, photos: Sequence[str], by: User, now: datetime | None = None
) -> Document:
    """驗收問題記錄單 (R6.4): when the problem is opened, and again when it is settled; `photos` as data URLs."""
    acceptance, shipment = problem.acceptance, problem.acceptance.shipment
    order = shipment.order
    context = {
        "shipment": shipment.number,
        "order": order.number,
        "customer": order.customer.name if order.customer else "",
        "partner_reference": order.partner_reference,
        "signer": acceptance.signer_name,
        "signed_at": acceptance.signed_at,
        "severity": problem.severity,
        "opened_at": problem.opened_at,
        "description": problem.description,
        "line": _complained_of(problem.line) if problem.line else None,
        "photos": list(photos),
        "analysis": problem.analysis,
        "solution": problem.solution,
        "compensation": problem.compensation,
        "settled_by": str(problem.settled_by or ""),
        "settled_at": problem.settled_at,
    }
    return issue_document(DocumentKind.ACCEPTANCE_PROBLEM, problem, context=context, by=by, now=now)


def _complained_of(word: AcceptanceLine) -> dict[str, Any]:
    said = {"received": word.quantity_received, "result": word.result, "criteria": word.criteria}
    return line_context(word.shipment_line) | said


def shipment_context(shipment: Shipment) -> dict[str, Any]:
    """Codes, not labels: they are put into words when the paper is drawn. No prices: the carrier reads it too."""
    order = shipment.order
    lines = shipment.lines.select_related("order_line__product").prefetch_related("batches")
    return {
        "number": shipment.number,
        "order": order.number,
        "customer": order.customer.name if order.customer else "",
        "partner_reference": order.partner_reference,
        "receiver": shipment.receiver,
        "receiver_phone": shipment.receiver_phone,
        "address": shipment.address,
        "carrier": shipment.carrier,
        "mode": shipment.mode,
        "waybill": shipment.waybill,
        "shipped_at": shipment.shipped_at,
        "expected_arrival": shipment.expected_arrival,
        "labels": shipment.labels or order.labels,
        "papers": shipment.papers,
        "packaging": order.packaging,
        "remarks": shipment.remarks,
        "lines": [line_context(line) for line in lines],
    }


def line_context(line: ShipmentLine) -> dict[str, Any]:
    goods = line.order_line
    return {
        "id": line.pk,
        "position": goods.position,
        "code": goods.product.code if goods.product else "",
        "description": goods.description,
        "specification": goods.specification,
        "unit": goods.unit,
        "quantity": line.quantity,
        "batches": [{"batch": batch.batch, "quantity": batch.quantity} for batch in line.batches.all()],
    }


def waiver_context(shipment: Shipment) -> list[dict[str, Any]]:
    used = waivers_of(shipment.order).filter(gate=Gate.PAYMENT, used_reference=shipment.number)
    return [shown_waiver(waiver, waiver.used_amount, shipment.order.currency) for waiver in used]


def issue_requisition(requisition: Requisition, *, by: User, now: datetime | None = None) -> Document:
    """產品需求計劃單, 產品變更通知單 or 產品外購申請單 (R4.5-R4.7), once signed by all."""
    case = cases_of(requisition).filter(kind=requisition.kind).first()
    steps = case.steps.filter(status=StepStatus.APPROVED).select_related("decided_by") if case else []
    context = {
        "number": requisition.number, "order": str(requisition.order or ""), "title": requisition.title,
        "specification": requisition.specification, "quantity": requisition.quantity, "unit": requisition.unit,
        "wanted_date": requisition.wanted_date, "supplier": requisition.supplier, "amount": requisition.amount,
        "currency": requisition.currency, "description": requisition.description, "reason": requisition.reason,
        "applicant": str(requisition.created_by), "submitted_at": requisition.submitted_at,
        "nodes": [{"role": n.role, "task": n.task, "due_date": n.due_date} for n in requisition.nodes.all()],
        "signed": [
            {"role": step.role, "by": str(step.decided_by or ""), "at": step.decided_at, "comment": step.comment}
            for step in steps
        ],
    }  # fmt: skip
    kind = PAPERS[RequisitionKind(requisition.kind)]
    return issue_document(kind, requisition, context=context, by=by, number=requisition.number, now=now)


def issue_progress(order: Order, *, by: User, now: datetime | None = None) -> Document:
    """訂單跟進進度表 (R4.10): every record of the order, the oldest first."""
    rows = FollowUp.objects.filter(order=order).select_related("responsible").order_by("pk")
    context = {
        "order": order.number,
        "customer": order.buyer.name,
        "salesperson": str(order.salesperson or ""),
        "requested_date": order.requested_date,
        "promise_date": order.promise_date,
        "rows": [
            {"stage": row.stage, "responsible": str(row.responsible), "planned": row.planned_date,
             "actual": row.actual_date, "record": row.record, "problem": row.problem, "measure": row.measure,
             "next_step": row.next_step, "delay_risk": row.delay_risk, "plan_of_action": row.plan_of_action}
            for row in rows
        ],
    }  # fmt: skip
    return issue_document("progress_table", order, context=context, by=by, now=now)


def issue_completion(inspection: Inspection, *, by: User, now: datetime | None = None) -> Document:
    """產成表 (R4.9): what was made, step by step, and what the final inspection found, with what it was let pass on."""
    order = inspection.order
    assert order is not None
    steps = PlanStep.objects.filter(order_line__order=order).select_related("person").order_by("position")
    of_line: dict[int, list[PlanStep]] = {}
    for step in steps:
        of_line.setdefault(step.order_line_id, []).append(step)
    found = {row["line"]: row for row in inspection.items}
    context = {
        "order": order.number, "customer": order.buyer.name, "started_at": order.in_production_at,
        "inspected_at": inspection.at, "inspector": str(inspection.by), "promise_date": order.promise_date,
        "remarks": inspection.remarks, "issued_by": str(by), "concessions": _concessions(inspection),
        "lines": [
            {"position": line.position, "description": line.description, "specification": line.specification,
             "quantity": line.quantity, "unit": line.unit, "found": found.get(line.pk, {}),
             "steps": [_shown_step(step) for step in of_line.get(line.pk, ())]}
            for line in order.lines.order_by("position")
        ],
    }  # fmt: skip
    return issue_document("completion_report", order, context=context, by=by, now=now)


def _shown_step(step: PlanStep) -> dict[str, Any]:
    return {
        "step": str(step), "person": str(step.person or ""), "started_at": step.started_at,
        "finished_at": step.finished_at, "planned_end": step.planned_end,
    }  # fmt: skip


def _concessions(inspection: Inspection) -> list[dict[str, Any]]:
    """The special approvals this inspection used (R14.4)."""
    closed = inspection.closes.all()  # type: ignore[attr-defined]
    used = [waiver for each in closed for waiver in waivers_of(each).filter(status=WaiverStatus.USED)]
    return [{"reason": row.reason, "by": str(row.decided_by), "at": row.decided_at} for row in used]


def shown_waiver(waiver: Waiver, amount: Decimal | None, currency: str) -> dict[str, Any]:
    return {
        "reason": waiver.reason, "by": str(waiver.decided_by), "at": waiver.decided_at, "cap": waiver.cap,
        "amount": amount, "currency": currency,
    }  # fmt: skip
