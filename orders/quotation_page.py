"""What a quotation's page shows, each thing read once and only when asked for."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acts import may
from accounts.models import User
from core import formats
from core.act_words import Change, changes_of
from core.attachments import attachments_of
from core.errors import Reason
from core.masking import mask_email, mask_name, mask_phone
from core.models import Attachment, Document
from customers.privacy import log_disclosure, may_read_contacts
from orders.choices import QUOTATION_PATH, QUOTATION_RUNNING, QuotationStatus
from orders.facts_quotation import facts_of_quotation, is_below_floor
from orders.models import Quotation
from orders.services.edits import changes_between, quotation_content
from orders.services.quotation_steps import current_quotation_case
from orders.services.quotations import missing_in_quotation
from workflow.ladder import reason_texts
from workflow.services import open_items, preview_steps

S = QuotationStatus
# Status: (what comes next, URL of the act, its door).
NEXT = {
    S.DRAFT: (gettext_lazy("Submit quotation"), "orders:quotation-submit", "orders.submit_quotation"),
    S.SUBMITTED: (gettext_lazy("Decide on quotation"), "orders:quotation-decide", "orders.decide_quotation"),
    S.APPROVED: (gettext_lazy("Send quotation"), "orders:quotation-send", "orders.send_quotation"),
    S.SENT: (gettext_lazy("Record acceptance"), "orders:quotation-accept", "orders.accept_quotation"),
    S.ACCEPTED: (gettext_lazy("Make order"), "orders:quotation-order", "orders.order_quotation"),
    S.LOST: (gettext_lazy("Revise quotation"), "orders:quotation-revise", "orders.revise_quotation"),
    S.EXPIRED: (gettext_lazy("Revise quotation"), "orders:quotation-revise", "orders.revise_quotation"),
}
# Label, icon, URL of the act, its door, statuses it makes sense in.
MENU = (
    (gettext_lazy("Edit quotation"), "edit", "orders:quotation-edit", "orders.save_quotation", (S.DRAFT,)),
    (gettext_lazy("Take submission back"), "arrow-back-up", "orders:quotation-withdraw", "orders.withdraw_quotation",
     (S.SUBMITTED,)),
    (gettext_lazy("Make order"), "clipboard-list", "orders:quotation-order", "orders.order_quotation", (S.SENT,)),
    (gettext_lazy("Revise quotation"), "copy", "orders:quotation-revise", "orders.revise_quotation",
     (S.APPROVED, S.SENT)),
    (gettext_lazy("Send again"), "mail", "orders:quotation-resend", "orders.send_quotation", (S.SENT,)),
    (gettext_lazy("Record loss"), "mood-sad", "orders:quotation-lose", "orders.lose_quotation",
     (S.DRAFT, S.SUBMITTED, S.APPROVED, S.SENT, S.EXPIRED)),
)  # fmt: skip


class QuotationFacts:
    """One reader's view of one quotation."""

    def __init__(self, quotation: Quotation, user: User, compared_with: str = "") -> None:
        self.quotation, self.user, self.compared_with = quotation, user, compared_with

    @cached_property
    def lines(self) -> list[Any]:
        return list(self.quotation.lines.select_related("product"))

    @cached_property
    def terms(self) -> list[Any]:
        return list(self.quotation.terms.all())

    @cached_property
    def below_floor(self) -> set[int]:
        return {line.pk for line in self.lines if is_below_floor(line, self.quotation.currency)}

    @cached_property
    def order(self) -> Any:
        """The order made of it, where the reader may see it."""
        order = getattr(self.quotation, "order", None)
        return order if order and type(order).objects.visible_to(self.user).filter(pk=order.pk).exists() else None

    @cached_property
    def is_ordered(self) -> bool:
        return getattr(self.quotation, "order", None) is not None

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        quotation, status = self.quotation, QuotationStatus(self.quotation.status)
        stamps = {S.SUBMITTED: quotation.submitted_at, S.APPROVED: quotation.approved_at, S.SENT: quotation.sent_at}
        ended = status not in QUOTATION_PATH
        reached = [S.DRAFT, *(step for step, at in stamps.items() if at)] if ended else []
        here = len(reached) - 1 if ended else QUOTATION_PATH.index(status)
        notes = {**stamps, S.DRAFT: quotation.created_at, S.ACCEPTED: quotation.closed_at}
        return [
            {
                "label": step.label,
                "state": _state(i, here, ended, done=status == S.ACCEPTED),
                "note": formats.day(at) if i <= here and (at := notes[step]) else "",
            }
            for i, step in enumerate(QUOTATION_PATH)
        ]

    @cached_property
    def blockers(self) -> list[Reason]:
        today = timezone.localdate()
        if self.quotation.status == S.DRAFT:
            return missing_in_quotation(self.quotation, today)
        late = self.quotation.valid_until and self.quotation.valid_until < today
        if self.quotation.status in QUOTATION_RUNNING and late:
            url = reverse("orders:quotation-revise", args=[self.quotation.pk])
            return [Reason("run_out", _("Its validity has ended."), url=url, act=_("Revise quotation"))]
        return []

    @cached_property
    def next_step(self) -> dict[str, Any] | None:
        """What comes next, and its button when the reader may press it."""
        status = QuotationStatus(self.quotation.status)
        if status not in NEXT or self.is_ordered:
            return None
        label, url_name, act = NEXT[status]
        allowed = may(self.user, act)
        return {
            "label": label,
            "url": reverse(url_name, args=[self.quotation.pk]) if allowed else "",
            "waiting_for": "" if allowed else _("A colleague in charge does it."),
        }

    @cached_property
    def menu(self) -> list[tuple[Any, str, str]]:
        status = QuotationStatus(self.quotation.status)
        return [
            (label, icon, reverse(url, args=[self.quotation.pk]))
            for label, icon, url, act, statuses in MENU
            if status in statuses and may(self.user, act)
        ]

    @cached_property
    def clocks(self) -> list[Any]:
        return list(open_items(self.quotation).select_related("policy"))

    @cached_property
    def case(self) -> Any:
        return current_quotation_case(self.quotation)

    @cached_property
    def case_steps(self) -> list[tuple[Any, list[str]]]:
        return [(step, reason_texts(step.reasons)) for step in self.case.steps.all()] if self.case else []

    @cached_property
    def ladder(self) -> list[Any]:
        """Who will have to approve, and why, before it is submitted (R14.2)."""
        if self.quotation.status != S.DRAFT or not self.quotation.customer_id:
            return []
        return preview_steps("quotation", facts_of_quotation(self.quotation))

    @cached_property
    def versions(self) -> list[Quotation]:
        return list(Quotation.objects.filter(number=self.quotation.number).order_by("-version"))

    @cached_property
    def other(self) -> Quotation | None:
        """The version it is compared with: the one asked for, else the one before."""
        others = {str(row.version): row for row in self.versions if row.pk != self.quotation.pk}
        return others.get(self.compared_with) or others.get(str(self.quotation.version - 1))

    @cached_property
    def differences(self) -> list[Change]:
        """(what, there, here), names and telephones masked as in the trail."""
        if self.other is None:
            return []
        there = quotation_content(self.other, self.other.lines.select_related("product"), self.other.terms.all())
        here = quotation_content(self.quotation, self.lines, self.terms)
        return changes_of("orders.quotation", changes_between(there, here))

    @cached_property
    def documents(self) -> list[Document]:
        rows = Document.objects.filter(subject_type="orders.quotation", subject_id=self.quotation.pk)
        return list(rows.defer("context").select_related("issued_by").order_by("-pk"))

    @cached_property
    def files(self) -> list[Attachment]:
        return list(attachments_of(self.quotation)[:100])

    @cached_property
    def contact(self) -> dict[str, str]:
        """Masked for whoever has no business with the customer (R1.6)."""
        q = self.quotation
        if reads_quotation_contacts(self.user, q):
            return {"name": q.contact_name, "phone": q.contact_phone, "email": q.contact_email}
        return {
            "name": mask_name(q.contact_name), "phone": mask_phone(q.contact_phone),
            "email": mask_email(q.contact_email), "masked": "1",
        }  # fmt: skip


def reads_quotation_contacts(user: User, quotation: Quotation) -> bool:
    """Whoever sells it or may read the customer's contacts; the latter leave a trace (R1.6)."""
    if quotation.customer is None or quotation.salesperson_id == user.pk:
        return True
    if not may_read_contacts(user, quotation.customer):
        return False
    log_disclosure(user, quotation.customer)
    return True


def _state(i: int, here: int, ended: bool, *, done: bool) -> str:
    if i < here or (i == here and done):
        return "done"
    if i == here:
        return "stopped" if ended else "now"
    return ""
