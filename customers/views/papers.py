"""Qualification papers (R1.7): filing and withdrawing one from the customer's page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.views.person import person_of
from core.attachments import may_open_kind
from core.errors import Reason
from core.forms import ReasonForm
from core.models import Attachment
from core.views.acts import ActView
from customers.choices import PaperKind
from customers.forms_archive import PaperForm
from customers.models import ArchiveRules, Customer, QualificationPaper
from customers.selectors import missing_among, notice_day
from customers.services import file_paper, withdraw_paper
from customers.services.archive import is_strange
from customers.views.words import LIST, NOT_YOURS


def papers_shown(customer: Customer, user: Any, rules: ArchiveRules, today: Any) -> dict[str, Any]:
    """The filed papers with their state and scans, and which required ones are lacking. Two queries."""
    papers = list(customer.papers.filed().select_related("filed_by").order_by("kind", "-expires_date", "-pk"))
    scans: dict[int, list[Attachment]] = {}
    keys = [paper.pk for paper in papers]
    label = QualificationPaper._meta.label_lower
    for scan in Attachment.objects.filter(subject_type=label, subject_id__in=keys).order_by("pk"):
        scans.setdefault(scan.subject_id, []).append(scan)
    notice = notice_day(rules, today)
    rows = [
        {
            "paper": paper,
            "state": paper.state_on(today, notice=notice),
            "scans": [(scan, may_open_kind(user, scan.kind)) for scan in scans.get(paper.pk, [])],
        }
        for paper in papers
    ]
    return {"papers": rows, "missing_papers": missing_among(papers, today)}


class FilePaper(ActView):
    access = ACTS["customers.file_paper"].roles
    model = Customer
    service = file_paper
    form_class = PaperForm
    grid = True
    title = _("File a paper of %(subject)s")
    lead = _("A new customer's order passes the preliminary review only with a business licence and a credit record.")
    submit_label = _("File paper")
    success_message = _("The paper is filed.")
    crumbs = (LIST,)

    def get_initial(self) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        return {"kind": kind if kind in PaperKind.values else PaperKind.BUSINESS_LICENSE}

    def get_reasons(self) -> list[Reason]:
        return [Reason("owner", NOT_YOURS)] if is_strange(person_of(self.request), self.subject) else []

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or f"{reverse('customers:customer-detail', args=[self.subject.pk])}#papers"


class WithdrawPaper(ActView):
    access = ACTS["customers.withdraw_paper"].roles
    model = QualificationPaper
    related = ("customer",)
    subject_name = "paper"
    service = withdraw_paper
    form_class = ReasonForm
    tone = "danger"
    title = _("Withdraw a paper of %(subject)s")
    submit_label = _("Withdraw paper")
    success_message = _("The paper is withdrawn.")
    crumbs = (LIST,)

    def get_consequences(self) -> list[str]:
        return [str(_("%(paper)s counts no more; the scan stays in the archive.") % {"paper": self.subject})]

    def get_reasons(self) -> list[Reason]:
        strange = is_strange(person_of(self.request), self.subject.customer)
        return [Reason("owner", NOT_YOURS)] if strange else []
