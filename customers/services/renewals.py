"""What falls due in the archive by the passing of days becomes work (R1.4, R1.7).

Asked once a day. Nothing is tied to "today": after an outage the next run finds what was missed, and a second run
finds nothing left to do.
"""

from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.choices import Role
from accounts.models import User, system_user
from customers.choices import PaperKind
from customers.models import Customer, QualificationPaper
from customers.selectors import current_rules, notice_day, verified_before
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import open_work

BATCH = 200
END_OF_DAY = time(18)
PAPER_TITLES = {
    PaperKind.BUSINESS_LICENSE: gettext_noop("Renew the business licence"),
    PaperKind.CREDIT_RECORD: gettext_noop("Renew the credit record"),
    PaperKind.TAX_REGISTRATION: gettext_noop("Renew the tax registration"),
    PaperKind.OTHER: gettext_noop("Renew the paper"),
}


def open_paper_renewals(*, now: datetime | None = None) -> int:
    """Papers that end soon, or have ended, and have no successor: each is work until its last day."""
    now = now or timezone.now()
    rows = QualificationPaper.objects.to_renew(notice_day(current_rules(), timezone.localdate(now)))
    running = WorkItem.objects.open().filter(
        kind=WorkKind.PAPER_RENEWAL, subject_type=QualificationPaper._meta.label_lower
    )
    rows = rows.filter(customer__is_active=True).exclude(pk__in=running.values("subject_id"))
    by = system_user()
    papers = list(rows.select_related("customer__owner").order_by("expires_date", "pk"))
    for start in range(0, len(papers), BATCH):
        with transaction.atomic():
            for paper in papers[start : start + BATCH]:
                _ask_for(paper, by=by, now=now)
    return len(papers)


def open_archive_renewals(*, now: datetime | None = None) -> int:
    """Archives nobody has verified for the months of the rules (R1.4): once per customer, until somebody does."""
    now = now or timezone.now()
    running = WorkItem.objects.open().filter(kind=WorkKind.ARCHIVE_RENEWAL, subject_type=Customer._meta.label_lower)
    due = Customer.objects.due_for_verification(verified_before(current_rules(), timezone.localdate(now)))
    rows = due.exclude(pk__in=running.values("subject_id")).order_by("pk")
    keys = list(rows.values_list("pk", flat=True))
    by = system_user()
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            for customer in Customer.objects.filter(pk__in=keys[start : start + BATCH]).select_related("owner"):
                url = reverse("customers:customer-verify", args=[customer.pk])
                open_work(WorkKind.ARCHIVE_RENEWAL, customer, by=by, url=url, now=now, **_whose(customer))
    return len(keys)


def _whose(customer: Customer) -> dict[str, Any]:
    """The account manager's, while there is one who can sign in; else anybody's in inside sales."""
    owner = customer.owner
    return {"person": owner} if owner and owner.is_active else {"role": Role.INSIDE_SALES}


def _ask_for(paper: QualificationPaper, *, by: User, now: datetime) -> None:
    assert paper.expires_date
    last = timezone.make_aware(datetime.combine(paper.expires_date, END_OF_DAY), timezone.get_default_timezone())
    open_work(
        WorkKind.PAPER_RENEWAL, paper, by=by, title=PAPER_TITLES[PaperKind(paper.kind)], due_at=last, now=now,
        url=f"{reverse('customers:paper-file', args=[paper.customer_id])}?kind={paper.kind}",
        **_whose(paper.customer),
    )  # fmt: skip
