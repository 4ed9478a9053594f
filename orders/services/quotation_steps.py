"""The beats every act on a quotation shares: lock, check the status, change it, log."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, NotPermitted
from orders.choices import QuotationStatus
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
    quotation: Quotation,
    status: str,
    *,
    by: User,
    at: datetime,
    note: str = "",
    fields: Iterable[str] = (),
    action: str = "",
) -> Quotation:
    """Change the status of a locked quotation, stamp the time, save, log; the trail names the status, unless `action`
    says more."""
    before, quotation.status = quotation.status, status
    stamp = STAMPS.get(QuotationStatus(status), "" if status == S.DRAFT else "closed_at")
    if stamp:
        setattr(quotation, stamp, at)
    quotation.save(update_fields=["status", *([stamp] if stamp else []), *fields])
    action = action or ("returned" if status == S.DRAFT else status)
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


def current_quotation_case(quotation: Quotation) -> ApprovalCase | None:
    """The latest case with its steps and people."""
    return cases_of(quotation).filter(kind=KIND).first()


def bare_quotation_case(quotation: Quotation, *, lock: bool = False) -> ApprovalCase | None:
    return latest_case(quotation, KIND, lock=lock)


def former_case(quotation: Quotation) -> ApprovalCase | None:
    """The approval before this one: its own, refused, else the one of the version it supersedes."""
    return bare_quotation_case(quotation) or (
        bare_quotation_case(quotation.supersedes) if quotation.supersedes is not None else None
    )
