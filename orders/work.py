"""Where the work on an order is done: one click from the inbox to the act."""

from typing import Any

from django.urls import reverse

from orders.choices import Department
from workflow.choices import WorkKind
from workflow.work_parts import Part

HOUR = 60
# R3.1: working time each department has for its opinion, until an administrator sets another.
REVIEW_MINUTES = {
    Department.ORDER_CENTER: 8 * HOUR,
    Department.FINANCE: 8 * HOUR,
    Department.ENGINEERING: 16 * HOUR,
    Department.PRODUCTION: 8 * HOUR,
    Department.WAREHOUSE: 4 * HOUR,
}
REVIEW_PARTS = {department.value: Part(department.label, REVIEW_MINUTES[department]) for department in Department}
ACT_PAGES = {
    WorkKind.PRELIMINARY_REVIEW: "orders:order-preliminary",
    WorkKind.REVIEW: "orders:review-sheet",
    WorkKind.RETURNED_ORDER: "orders:order-edit",
    WorkKind.APPROVAL: "orders:order-approve",
    WorkKind.PRODUCTION_REPLY: "fulfillment:production-reply",
    WorkKind.PROMISE_SETTLEMENT: "fulfillment:settle-promise",
    WorkKind.FOLLOW_UP: "fulfillment:follow-up-new",
    WorkKind.FINAL_INSPECTION: "fulfillment:inspection",
    WorkKind.DISPATCH: "fulfillment:shipment-create",
    WorkKind.RETURNED_QUOTATION: "orders:quotation-edit",
    WorkKind.SEND_QUOTATION: "orders:quotation-send",
    WorkKind.QUOTATION_FOLLOW_UP: "orders:quotation-detail",
    WorkKind.ORDER_QUOTATION: "orders:quotation-order",
    WorkKind.CONTRACT_EXPIRY: "orders:contract-detail",
    WorkKind.VISIT: "aftersales:visit-record",
}


def quotation_work_url(item: Any) -> str:
    """An approval of a quotation is decided on its own page."""
    page = "orders:quotation-decide" if item.kind == WorkKind.APPROVAL else ACT_PAGES.get(item.kind)
    return item.url or reverse(page or "orders:quotation-detail", args=[item.subject_id])


def work_url(item: Any) -> str:
    """The page of the act, or the order itself where the item carries no closer address."""
    if item.kind == WorkKind.WAIVER:
        return reverse("orders:order-waiver-answer", args=[item.key])
    page = ACT_PAGES.get(item.kind, "orders:order-detail")
    return item.url or reverse(page, args=[item.subject_id])
