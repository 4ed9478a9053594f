"""Preliminary review (訂單初步審核, R2.3)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from orders.choices import OrderStatus, PreliminaryItem, PreliminaryResult
from orders.documents import issue_preliminary_review
from orders.ended import end_all
from orders.guards.review import customer_is_qualified
from orders.models import Order, PreliminaryReview
from orders.services.clarifications import ask
from orders.services.reviews import open_round
from orders.services.steps import lock_order, require_other_eyes, require_status, transit
from workflow.choices import WorkKind
from workflow.services import finish_work

Findings = dict[str, dict[str, Any]]


@act("orders.review_preliminarily", roles={Role.INSIDE_SALES, Role.ORDER_CENTER})
def review_preliminarily(
    *, order: Order, result: str, by: User, findings: Findings | None = None, remarks: str = "",
    now: datetime | None = None,
) -> PreliminaryReview:  # fmt: skip
    """Pass, ask for information, or reject (R2.3); writes the form. Asking starts the 2-hour clock (R2.4).

    Raises NotPermitted("four_eyes") for whoever wrote or submitted the order, DomainError("findings") when the result
    does not follow from the findings, DomainError("remarks") without a reason, DomainError("qualification") naming the
    papers a new customer lacks (R1.7), Conflict("passed"), Conflict("status").
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.RECEIVED)
    require_other_eyes(order, by)
    findings = findings or {}
    _check(result, findings, remarks)
    review = PreliminaryReview.objects.create(
        order=order, result=result, findings=findings, remarks=remarks, by=by, at=now
    )
    audit.record("order.preliminarily_reviewed", order, by=by, note=remarks, changes={"result": ["", result]}, now=now)
    if result == PreliminaryResult.PASSED:
        _pass(order, by, now)
    elif result == PreliminaryResult.NEEDS_INFORMATION:
        ask(order, question=remarks or _open_points(findings), by=by, now=now)
    else:
        finish_work(WorkKind.PRELIMINARY_REVIEW, order, by=by, outcome=result, now=now)
        transit(order, "reject", by=by, at=now, note=remarks)
        end_all(order, by=by, now=now)  # a question to the customer may be open
    issue_preliminary_review(review, by=by, now=now)
    return review


def _pass(order: Order, by: User, now: datetime) -> None:
    if order.preliminary_passed_at:
        raise Conflict("passed", _("The preliminary review of this order is passed already."))
    if order.clarifications.filter(resolved_at__isnull=True).exists():
        raise DomainError("clarification", _("A question to the customer is still open. Resolve it first."))
    if lacking := list(customer_is_qualified(order)):
        text = _("A new customer passes with valid papers only. File what is missing, then review again.")
        raise DomainError("qualification", text, reasons=lacking)
    order.preliminary_passed_at = now
    order.save(update_fields=["status", "preliminary_passed_at"])
    finish_work(WorkKind.PRELIMINARY_REVIEW, order, by=by, outcome="passed", now=now)
    open_round(order, by=by, now=now)


def _check(result: str, findings: Findings, remarks: str) -> None:
    if result not in PreliminaryResult.values:
        raise DomainError("result", _("Choose a result."), fields={"result": [_("Choose a result.")]})
    open_items = [item for item, finding in findings.items() if not finding.get("ok")]
    if result == PreliminaryResult.PASSED and open_items:
        raise DomainError("findings", _("It cannot pass while an item is not in order."))
    if result != PreliminaryResult.PASSED and not (remarks.strip() or open_items):
        raise DomainError("remarks", _("Say what is unclear or wrong."), fields={"remarks": [_("Required.")]})


def _open_points(findings: Findings) -> str:
    labels = dict(PreliminaryItem.choices)
    return "; ".join(
        f"{labels.get(item, item)}: {finding.get('remark', '')}".rstrip(": ")
        for item, finding in findings.items()
        if not finding.get("ok")
    )
