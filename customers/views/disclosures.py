"""Applications to read contacts, the decisions on them, and what was read (R1.6)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS
from accounts.choices import STAFF_ROLES, Role
from accounts.views.person import person_of
from core import formats
from core.errors import NotPermitted, Reason
from core.forms import ReasonForm
from core.models import AuditEntry
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage
from customers.choices import DisclosureStatus
from customers.filters import DisclosureFilter, ReadingFilter
from customers.forms_archive import ApplicationForm, GrantForm
from customers.models import Customer, DisclosureRequest
from customers.privacy import may_read_contacts
from customers.services.disclosures import (
    apply_disclosure,
    grant_disclosure,
    refuse_disclosure,
    require_decider,
    revoke_disclosure,
)
from customers.views.words import LIST as CUSTOMERS
from workflow.services import open_items

LIST = (_("Applications to read contacts"), "customers:disclosure-list")
WATCHERS = frozenset({Role.SUPERVISION, Role.ADMIN, Role.GENERAL_MANAGER})


class DisclosureList(ListPage):
    access = SIGNED_IN
    template_name = "customers/disclosure_list.html"
    model = DisclosureRequest
    title = _("Applications to read contacts")
    lead = _("Contacts are confidential: who needs them for a while says what for, and is let in until a day.")
    related = ("customer", "applicant", "decided_by")
    filterset_class = DisclosureFilter
    columns = (
        Column("customer", _("Customer"), value="customer.name", link=True, sort=("id",), phone="title"),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("applicant", _("Applicant")),
        Column("purpose", _("Purpose")),
        Column("from_date", _("From"), kind="day"),
        Column("until_date", _("Until"), kind="day", sort=("until_date",)),
        Column("decided_by", _("Decided by"), phone="hidden"),
    )
    default_sort = "-customer"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("waiting", _("Waiting"), {"status": DisclosureStatus.REQUESTED.value}),
        SavedView("running", _("In force today"), {"running": "true"}),
        SavedView("mine", _("My applications"), {"mine": "true"}),
    )
    empty = (_("No applications here"), _("Who may not read a customer's contacts applies on the customer's page."))
    empty_icon = "lock"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(watches=person_of(self.request).has_role(*WATCHERS), **kwargs)


class DisclosurePage(DetailPage):
    access = SIGNED_IN
    model = DisclosureRequest
    related = ("customer__owner", "applicant", "decided_by", "revoked_by")
    subject_name = "disclosure"
    template_name = "customers/disclosure_detail.html"
    title = _("Application to read contacts")
    crumbs = (LIST,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        disclosure, user, today = self.subject, person_of(self.request), timezone.localdate()
        waiting = disclosure.status == DisclosureStatus.REQUESTED
        decides = not why_not(disclosure, user)
        return super().get_context_data(
            waiting=waiting,
            may_decide=waiting and decides and user.has_role(*ACTS["customers.grant_disclosure"].roles),
            may_revoke=disclosure.status == DisclosureStatus.GRANTED
            and (user.has_role(Role.SUPERVISION) or decides)
            and user.has_role(*ACTS["customers.revoke_disclosure"].roles),
            is_running=disclosure.is_running_on(today),
            is_over=disclosure.status == DisclosureStatus.GRANTED and disclosure.until_date < today,
            clocks=list(open_items(disclosure).select_related("policy")) if waiting else [],
            **kwargs,
        )


def why_not(disclosure: DisclosureRequest, user: Any) -> list[Reason]:
    """Why this person does not decide: the same that the service would answer."""
    try:
        require_decider(disclosure, user)
    except NotPermitted as error:
        return [Reason(error.code, error.message, roles=(Role.SALES_MANAGER.value,))]
    return []


class Apply(ActView):
    access = STAFF_ROLES
    model = Customer
    related = ("owner",)
    service = apply_disclosure
    form_class = ApplicationForm
    title = _("Apply to read the contacts of %(subject)s")
    lead = _("The account manager decides, or the sales manager. Every reading is in the trail.")
    submit_label = _("Send application")
    success_message = _("Your application waits for the decision.")
    crumbs = (CUSTOMERS,)

    def get_initial(self) -> dict[str, Any]:
        return {"from_date": timezone.localdate()}

    def get_reasons(self) -> list[Reason]:
        if may_read_contacts(person_of(self.request), self.subject):
            return [Reason("readable", _("You read the contacts of this customer already."))]
        return []


class DecideDisclosure(ActView):
    model = DisclosureRequest
    related = ("customer__owner", "applicant")
    subject_name = "disclosure"
    crumbs = (LIST,)

    def get_reasons(self) -> list[Reason]:
        return why_not(self.subject, person_of(self.request))

    def get_success_url(self, result: Any) -> str:
        return reverse("customers:disclosure-detail", args=[self.subject.pk])


class Grant(DecideDisclosure):
    access = ACTS["customers.grant_disclosure"].roles
    service = grant_disclosure
    form_class = GrantForm
    title = _("Grant the application")
    submit_label = _("Grant application")
    success_message = _("The application is granted.")

    def get_consequences(self) -> list[str]:
        disclosure = self.subject
        text = _("%(person)s reads names, telephones and e-mail of %(customer)s from %(start)s until %(end)s.")
        words = {
            "person": disclosure.applicant, "customer": disclosure.customer, "start": formats.day(disclosure.from_date),
            "end": formats.day(disclosure.until_date),
        }  # fmt: skip
        return [str(text) % words]


class Refuse(DecideDisclosure):
    access = ACTS["customers.refuse_disclosure"].roles
    service = refuse_disclosure
    form_class = ReasonForm
    tone = "danger"
    title = _("Refuse the application")
    submit_label = _("Refuse application")
    success_message = _("The application is refused.")


class Revoke(DecideDisclosure):
    access = ACTS["customers.revoke_disclosure"].roles
    service = revoke_disclosure
    form_class = ReasonForm
    tone = "danger"
    title = _("Revoke the grant")
    submit_label = _("Revoke grant")
    success_message = _("The grant is revoked.")

    def get_reasons(self) -> list[Reason]:
        watches = person_of(self.request).has_role(Role.SUPERVISION)
        return [] if watches else super().get_reasons()


class Readings(ListPage):
    """For supervision: who read whose contacts, when, and under which grant. Read from the audit trail itself."""

    access = WATCHERS
    model = AuditEntry
    title = _("Contacts that were read")
    lead = _(
        "The first reading of a day for each reader and customer; account managers read their own without a trace."
    )
    related = ("by",)
    filterset_class = ReadingFilter
    columns = (
        Column("at", _("When"), kind="moment", sort=("at", "id"), phone="corner"),
        Column("by", _("Reader"), phone="title"),
        Column("customer", _("Customer"), value="subject_label", link=True),
        Column("grant", _("By grant"), value=lambda row: grant_of(row)),
    )
    default_sort = "-at"
    crumbs = (LIST,)
    empty = (_("Nothing was read"), _("Whoever reads a customer's contacts stands here."))
    empty_icon = "eye"

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(action="customer.contacts_read").select_related("by")

    def row_url(self, row: Any) -> str:
        return reverse("customers:customer-detail", args=[row.subject_id])


def grant_of(row: AuditEntry) -> str:
    """The number of the application it was read by; empty for who reads by the own work."""
    pair = row.changes.get("grant")
    return f"#{pair[1]}" if pair else ""
