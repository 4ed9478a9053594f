"""The beats every act on a quotation shares: lock, check the status, change it, log."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, NotPermitted
from core.models import AuditEntry
from orders.choices import DueEvent, QuotationStatus
from orders.models import Quotation
from workflow.choices import WorkKind
from workflow.models import ApprovalCase
from workflow.services import cases_of, latest_case, open_work

KIND = "quotation"
S = QuotationStatus
STAMPS = {S.SUBMITTED: "submitted_at", S.APPROVED: "approved_at", S.SENT: "sent_at"}


def lock_quotation(quotation: Quotation, *, by: User) -> Quotation:
    """The quotation as it stands now, locked until the act ends.

    Raises NotPermitted("not_yours") when the person may not see it: knowing a key opens nothing.
    """
    rows = Quotation.objects.visible_to(by).select_related("customer", "salesperson").filter(pk=quotation.pk)
    if connection.features.has_select_for_update_of:
        rows = rows.select_for_update(of=("self",))
    locked = rows.first()
    if locked is None:
        raise NotPermitted("not_yours", _("This quotation is not yours to work on."))
    return locked


def require_quotation(quotation: Quotation, statuses: Collection[str]) -> None:
    """Raise Conflict("status") unless it stands in one of the statuses."""
    if quotation.status not in statuses:
        raise Conflict(
            "status", _("The quotation is “%(status)s” by now; this step no longer fits.")
            % {"status": quotation.get_status_display()},
        )  # fmt: skip


def move_quotation(
    quotation: Quotation, status: str, *, by: User, at: datetime, note: str = "", fields: Iterable[str] = ()
) -> Quotation:
    """Change the status of a locked quotation, stamp the time, save, log."""
    before, quotation.status = quotation.status, status
    stamp = STAMPS.get(QuotationStatus(status), "" if status == S.DRAFT else "closed_at")
    if stamp:
        setattr(quotation, stamp, at)
    quotation.save(update_fields=["status", *([stamp] if stamp else []), *fields])
    action = "returned" if status == S.DRAFT else status
    changes = {"status": [before, status]}
    audit.record(f"quotation.{action}", quotation, by=by, changes=changes, note=note, now=at)
    return quotation


def ask_seller(
    kind: WorkKind, quotation: Quotation, *, by: User, now: datetime, due_at: datetime | None = None, title: str = ""
) -> None:
    """Work on a quotation is its salesperson's."""
    open_work(
        kind, quotation, by=by, role=Role.SALES, person=quotation.salesperson, title=title[:120], now=now, due_at=due_at
    )


def facts_of_quotation(quotation: Quotation) -> dict[str, Any]:
    """What the ladder's rules look at (R3.5, R3.7)."""
    return {
        "amount": quotation.amount,
        "currency": quotation.currency,
        "customer_id": quotation.customer_id,
        "salesperson_id": quotation.salesperson_id,
        "submitted_by_id": quotation.submitted_by_id,
        "author_ids": authors_of_quotation(quotation),
        "special_terms": any(term.due_event == DueEvent.AFTER_DELIVERY for term in quotation.terms.all()),
        "below_floor": bool(lines_below_floor(quotation)),
    }


def lines_below_floor(quotation: Quotation) -> list[Any]:
    """Lines under the floor price of their product, compared in the product's currency only (R3.2)."""
    return [
        line
        for line in quotation.lines.select_related("product")
        if line.product and line.product.currency == quotation.currency and line.unit_price < line.product.floor_price
    ]


def authors_of_quotation(quotation: Quotation) -> list[int]:
    """Whoever wrote on any of its versions: what was written before is in the paper still."""
    versions = Quotation.objects.filter(number=quotation.number)
    keys, writers = zip(*versions.values_list("pk", "created_by_id"), strict=True)
    edits = AuditEntry.objects.filter(
        subject_type="orders.quotation", subject_id__in=keys, action="quotation.edited"
    )  # fmt: skip
    return sorted(pk for pk in {*writers, *edits.order_by().values_list("by_id", flat=True)} if pk)


def current_quotation_case(quotation: Quotation) -> ApprovalCase | None:
    """The latest case with its steps and people."""
    return cases_of(quotation).filter(kind=KIND).first()


def bare_quotation_case(quotation: Quotation, *, lock: bool = False) -> ApprovalCase | None:
    return latest_case(quotation, KIND, lock=lock)
