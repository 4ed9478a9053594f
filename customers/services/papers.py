"""Qualification papers: filed, withdrawn, followed by the next (R1.7)."""

from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.errors import Conflict, DomainError
from customers.choices import PaperKind
from customers.models import Customer, QualificationPaper
from customers.services.archive import is_strange, lock_customer, refuse_strangers
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work

FILERS = {
    Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.ORDER_CENTER, Role.FINANCE, Role.SALES_MANAGER,
}  # fmt: skip


def may_file(user: User, customer: Customer) -> bool:
    """Whoever has business with the customer and their papers."""
    return (user.is_system or user.has_role(*FILERS)) and not is_strange(user, customer)


@act("customers.file_paper", roles=FILERS)
def file_paper(
    *, customer: Customer, kind: str, by: User, number: str = "", issued_date: date | None = None,
    expires_date: date | None = None, scan: UploadedFile | None = None, now: datetime | None = None,
) -> QualificationPaper:  # fmt: skip
    """File a paper of a customer (R1.7); without `expires_date` it is valid without end. Ends the renewal it was for.

    Raises DomainError("paper") with the fields, those of `attach_file` for the scan, NotPermitted("owner") for another
    salesperson's customer.
    """
    customer = lock_customer(customer)
    refuse_strangers(customer, by)
    now = now or timezone.now()
    paper = QualificationPaper(
        customer=customer, kind=kind, number=number.strip(), issued_date=issued_date, expires_date=expires_date,
        filed_by=by, filed_at=now,
    )  # fmt: skip
    _check(paper, scan, timezone.localdate(now))
    paper.save(force_insert=True)
    if scan:
        attach_file(paper, upload=scan, kind=AttachmentKind.CERTIFICATE, by=by, is_scan=True, now=now)
    for former in _followed_by(paper):
        finish_work(WorkKind.PAPER_RENEWAL, former, by=by, now=now)
    audit.record("paper.filed", customer, by=by, changes=_told(paper), now=now)
    return paper


@act("customers.withdraw_paper", roles=FILERS)
def withdraw_paper(
    *, paper: QualificationPaper, reason: str, by: User, now: datetime | None = None
) -> QualificationPaper:
    """A paper that was filed wrongly or is no longer true counts no more; the row and its scan stay.

    Raises DomainError("reason") without one, Conflict("withdrawn") when it was withdrawn before.
    """
    customer = lock_customer(paper.customer)
    refuse_strangers(customer, by)
    paper = QualificationPaper.objects.select_for_update().get(pk=paper.pk)
    if paper.withdrawn_at is not None:
        raise Conflict("withdrawn", _("This paper was withdrawn already."))
    if not reason.strip():
        raise DomainError("reason", _("Say why the paper is withdrawn."), fields={"reason": [_("Required.")]})
    paper.withdrawn_by, paper.withdrawn_at = by, now or timezone.now()
    paper.withdrawn_reason = reason.strip()[:200]
    paper.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    cancel_work(WorkKind.PAPER_RENEWAL, paper, by=by, now=now)
    audit.record("paper.withdrawn", customer, by=by, changes=_told(paper), note=reason, now=now)
    return paper


def _check(paper: QualificationPaper, scan: UploadedFile | None, today: date) -> None:
    problems: dict[str, list[object]] = {}
    if paper.kind not in PaperKind.values:
        problems["kind"] = [_("Choose what paper it is.")]
    if not (paper.number or scan):
        problems["number"] = [_("Enter the paper's number or add a scan of it.")]
    if paper.issued_date and paper.issued_date > today:
        problems["issued_date"] = [_("This day has not come yet.")]
    if paper.expires_date and paper.expires_date < today:
        problems["expires_date"] = [_("The paper has expired already: ask the customer for the new one.")]
    elif paper.expires_date and paper.issued_date and paper.expires_date < paper.issued_date:
        problems["expires_date"] = [_("It ends before it was issued.")]
    if problems:
        raise DomainError("paper", _("The paper cannot be filed like this."), fields=problems)


def _followed_by(paper: QualificationPaper) -> list[QualificationPaper]:
    """The papers of the kind that the new one outlasts."""
    others = QualificationPaper.objects.filed().filter(customer=paper.customer, kind=paper.kind).exclude(pk=paper.pk)
    if paper.expires_date:
        others = others.filter(expires_date__lt=paper.expires_date)
    return list(others.order_by("pk"))


def _told(paper: QualificationPaper) -> dict[str, list[str | None]]:
    until = str(paper.expires_date) if paper.expires_date else None
    return {"paper": [None, paper.kind], "paper_number": [None, paper.number], "valid_until": [None, until]}
