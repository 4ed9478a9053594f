"""What goes into the order's papers: frozen when issued, drawn from that alone (architecture §7)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import User
from core.documents import issue_document
from core.models import Document
from orders.choices import PreliminaryItem
from orders.models import Order, OrderLine, PreliminaryReview


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
        "terms": [{"due_event": t.due_event, "percent": t.percent, "days": t.days} for t in order.terms.all()],
    }


def lines_with_products(order: Order) -> Iterable[OrderLine]:
    """Read once for all who ask within an act, such as approval: stock is reserved by them, the paper lists them."""
    prefetch_related_objects([order], Prefetch("lines", OrderLine.objects.select_related("product")))
    return order.lines.all()


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


def issue_order_confirmation(order: Order, *, by: User, now: datetime | None = None) -> Document:
    """訂單確認單 (R3.9)"""
    context = {"order": order_context(order), "approved_at": order.approved_at, "confirmed_by": str(by)}
    return issue_document("order_confirmation", order, context=context, by=by, now=now)


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
