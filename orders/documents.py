"""What goes into the order's papers: frozen when issued, drawn from that alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from accounts.choices import Role
from accounts.models import User
from core.documents import Paper, issue_document, issue_documents
from core.models import Document
from orders.choices import CHECKS_OF_MONEY, CheckCode, PreliminaryItem, ProposalDecision
from orders.models import (
    ContractReview,
    Order,
    OrderLine,
    PreliminaryReview,
    Quotation,
    ReviewCheck,
    ReviewOpinion,
    ReviewRound,
)
from workflow.choices import WaiverStatus
from workflow.services import waivers_of


def order_context(order: Order) -> dict[str, Any]:
    """The order as plain values; labels are translated when the page is drawn, so codes stand here."""
    return {
        "number": order.number,
        "customer": order.buyer.name,
        "contact": order.contact_name,
        "contact_phone": order.contact_phone,
        "ordered_date": order.ordered_date,
        "requested_date": order.requested_date,
        "promise_date": order.promise_date,
        "delivery_address": order.delivery_address,
        "receiver": order.receiver,
        "receiver_phone": order.receiver_phone,
        "salesperson": str(order.salesperson or ""),
        "partner": str(order.partner or ""),
        "partner_reference": order.partner_reference,
        "currency": order.currency,
        "amount": order.amount,
        "packaging": order.packaging,
        "customization": order.customization,
        "labels": order.labels,
        "remarks": order.remarks,
        "lines": [line_context(line) for line in lines_with_products(order)],
        "terms": [term_context(term) for term in order.terms.all()],
    }


def lines_with_products(order: Order) -> Iterable[OrderLine]:
    """Read once for all who ask within an act, such as approval: stock is reserved by them, the paper lists them."""
    prefetch_related_objects([order], Prefetch("lines", OrderLine.objects.select_related("product")))
    return order.lines.all()


def term_context(term: Any) -> dict[str, Any]:
    return {"due_event": term.due_event, "percent": term.percent, "days": term.days}


def line_context(line: Any) -> dict[str, Any]:
    return {
        "position": line.position,
        "code": line.product.code if line.product else "",
        "description": line.description,
        "specification": line.specification,
        "unit": line.unit,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "amount": line.amount,
    }


def issue_confirmation(order: Order, *, reply_due: datetime, by: User, now: datetime | None = None) -> list[Document]:
    """訂單確認單 for the customer and 訂單內部流轉單 for the departments, with who confirmed and when (R3.9).

    `reply_due`: until when production answers with its date.
    """
    said = order_context(order)
    head = {"approved_at": order.approved_at, "confirmed_by": str(by)}
    slip = {**head, "order": without_prices(said), "departments": departments_of(order, reply_due)}
    papers = [Paper("order_confirmation", {**head, "order": said}), Paper("routing_slip", slip, order.number or "")]
    return issue_documents(order, papers, by=by, now=now)


def without_prices(said: dict[str, Any]) -> dict[str, Any]:
    """What workshops and the warehouse need of an order; what it costs is not among it."""
    lines = [{name: line[name] for name in line if name not in ("unit_price", "amount")} for line in said["lines"]]
    return {**{name: said[name] for name in said if name != "amount"}, "lines": lines}


def departments_of(order: Order, reply_due: datetime) -> list[dict[str, Any]]:
    """Who does what by when; the words for each stand in the template, in the reader's language."""
    day = order.requested_date
    return [
        {"department": Role.PRODUCTION, "tasks": [{"task": "reply", "at": reply_due}, {"task": "make", "day": day}]},
        {"department": Role.QUALITY, "tasks": [{"task": "inspect", "day": day}]},
        {"department": Role.WAREHOUSE, "tasks": [{"task": "prepare", "day": day}]},
        {"department": Role.LOGISTICS, "tasks": [{"task": "ship", "day": day}]},
        {"department": Role.FINANCE, "tasks": [{"task": "collect"}]},
    ]


def issue_quotation(quotation: Quotation, *, by: User, now: datetime | None = None) -> Document:
    """報價單 (R3.7); each version is a paper of its own."""
    seller = quotation.salesperson
    context = {
        "number": str(quotation),
        "customer": quotation.buyer.name,
        "contact": quotation.contact_name,
        "contact_phone": quotation.contact_phone,
        "contact_email": quotation.contact_email,
        "salesperson": str(seller or ""),
        "salesperson_phone": seller.phone if seller else "",
        "salesperson_email": seller.email if seller else "",
        "valid_until": quotation.valid_until,
        "lead_time_days": quotation.lead_time_days,
        "delivery_address": quotation.delivery_address,
        "currency": quotation.currency,
        "amount": quotation.amount,
        "packaging": quotation.packaging,
        "customization": quotation.customization,
        "labels": quotation.labels,
        "remarks": quotation.remarks,
        "lines": [line_context(line) for line in quotation.lines.select_related("product")],
        "terms": [term_context(term) for term in quotation.terms.all()],
        "approved_at": quotation.approved_at,
    }
    return issue_document("quotation", quotation, context={"quotation": context}, by=by, number=str(quotation), now=now)


def issue_preliminary_review(review: PreliminaryReview, *, by: User, now: datetime | None = None) -> Document:
    """訂單初步審核表 (R2.3)"""
    findings = [
        {
            "item": item,
            "ok": review.findings.get(item, {}).get("ok"),
            "remark": review.findings.get(item, {}).get("remark", ""),
        }
        for item in PreliminaryItem.values
    ]
    context = {
        "order": order_context(review.order), "result": review.result, "findings": findings,
        "remarks": review.remarks, "reviewed_by": str(review.by), "reviewed_at": review.at,
    }  # fmt: skip
    return issue_document("preliminary_review", review.order, context=context, by=by, now=now)


def issue_contract_review(round_: ReviewRound, *, by: User, now: datetime | None = None) -> Document:
    """合同評審表 (R3.6) of a passed round: mode, every department's word and commitment, the checks, what was waived.

    Margins stay out of it: the paper goes to everybody who sees the order.
    """
    order, review = round_.order, ContractReview.objects.filter(round=round_).select_related("decided_by").first()
    waivers = [waiver for waiver in waivers_of(order) if waiver.status in (WaiverStatus.GRANTED, WaiverStatus.USED)]
    context = {
        "order": order_context(order), "round": round_.number, "version": round_.order_version + 1,
        "mode": review.mode if review else "", "facts": review.facts if review else {},
        "proposal": proposal_context(review) if review else None,
        "opinions": [opinion_context(opinion) for opinion in round_.opinions.select_related("by")],
        "checks": [check_context(check) for check in round_.checks.all()],
        "waivers": [{"gate": w.gate, "reason": w.reason, "by": str(w.decided_by or "")} for w in waivers],
        "passed_by": str(by), "passed_at": round_.closed_at,
    }  # fmt: skip
    return issue_document("contract_review", order, context=context, by=by, now=now)


def proposal_context(review: ContractReview) -> dict[str, Any] | None:
    if review.decision == ProposalDecision.NONE:
        return None
    return {
        "decision": review.decision, "percent": review.percent, "days": review.days, "lines": review.lines,
        "amount": review.amount, "reason": review.reason, "decided_by": str(review.decided_by or ""),
    }  # fmt: skip


def opinion_context(opinion: ReviewOpinion) -> dict[str, Any]:
    names = ("department", "result", "conditions", "remarks", "lead_time_days", "answers", "at")
    return {**{name: getattr(opinion, name) for name in names}, "by": str(opinion.by or "")}


def check_context(check: ReviewCheck) -> dict[str, Any]:
    """The paper goes to every department: of margin, credit and arrears it says the result alone."""
    said = {name: getattr(check, name) for name in ("code", "outcome", "severity")}
    if check.code in CHECKS_OF_MONEY:
        return {**said, "asked": "", "allowed": "", "source": "", "source_values": {}}
    shown = check.code != CheckCode.MARGIN
    return {
        **said, "asked": check.asked if shown else "", "allowed": check.allowed if shown else "",
        "source": check.source, "source_values": check.source_values,
    }  # fmt: skip
