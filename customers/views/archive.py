"""The customer archive (R1.4–R1.6): list, page, and the acts on it."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS, may
from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import Reason
from core.forms import ConfirmForm
from core.timeline import timeline
from core.views.acts import ActView
from core.views.lists import ListPage
from core.views.pages import DetailPage
from customers.choices import DisclosureStatus
from customers.filters import CustomerFilter
from customers.models import Customer, DisclosureRequest
from customers.privacy import log_disclosure, may_read_contacts, may_read_money, shown_address, shown_contact
from customers.selectors import current_rules, verified_before
from customers.services import verify_customer
from customers.services.archive import is_strange
from customers.tables import COLUMNS, VIEWS
from customers.views.papers import papers_shown
from customers.views.words import LIST, NOT_YOURS

YEAR = timedelta(days=365)
RECENT = 8
# Doors of the rooms above this one, which it does not import: their services ask again.
TAKE_ORDERS = (Role.SALES, Role.INSIDE_SALES, Role.SALES_MANAGER)
REPORT_MONEY = (Role.SALES, Role.INSIDE_SALES, Role.FINANCE, Role.ORDER_CENTER, Role.SALES_MANAGER)


class CustomerList(ListPage):
    access = SIGNED_IN
    model = Customer
    title = _("Customers")
    related = ("owner",)
    filterset_class = CustomerFilter
    columns = COLUMNS
    default_sort = "name"
    saved_views = VIEWS
    empty = (_("No customers yet"), _("The first one appears here as soon as it is entered or imported."))
    empty_icon = "building"

    @property
    def new(self) -> tuple[Any, str] | None:  # type: ignore[override]
        allowed = may(person_of(self.request), "customers.save_customer")
        return (_("New customer"), "customers:customer-new") if allowed else None


class CustomerPage(DetailPage):
    access = SIGNED_IN
    model = Customer
    related = ("owner",)
    template_name = "customers/customer_detail.html"
    crumbs = (LIST,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer, user = self.subject, person_of(self.request)
        readable = may_read_contacts(user, customer)
        money = may_read_money(user, customer)
        strange, rules, today = is_strange(user, customer), current_rules(), timezone.localdate()
        contacts = [shown_contact(contact, readable=readable) for contact in customer.contacts.all()]
        if readable and contacts:
            log_disclosure(user, customer)  # type: ignore[arg-type]
        return super().get_context_data(
            contacts=contacts,
            addresses=[shown_address(address, readable=readable) for address in customer.addresses.all()],
            masked=not readable,
            application=None if readable else waiting_application(customer, user),
            shows_money=money,
            may_set_limit=user.has_role(Role.FINANCE, Role.GENERAL_MANAGER),  # type: ignore[union-attr]
            may_order=user.has_role(*TAKE_ORDERS),  # type: ignore[union-attr]
            may_report=user.has_role(*REPORT_MONEY),  # type: ignore[union-attr]
            account=getattr(customer, "credit_account", None) if money else None,
            orders=customer.orders.visible_to(user).order_by("-id")[:RECENT],
            quotations=customer.quotations.visible_to(user).order_by("-id")[:RECENT],
            contracts=customer.contracts.visible_to(user).order_by("-id")[:RECENT],
            year=orders_of_a_year(customer) if money else None,
            due_for_verification=is_due(customer, verified_before(rules, today)),
            verify_after_months=rules.verify_after_months,
            may_edit=may(user, "customers.save_customer") and not strange,
            may_file=may(user, "customers.file_paper") and not strange,
            **papers_shown(customer, user, rules, today),
            timeline=timeline(customer, length=20),
            **kwargs,
        )


def waiting_application(customer: Customer, user: Any) -> DisclosureRequest | None:
    return customer.disclosures.filter(applicant=user, status=DisclosureStatus.REQUESTED).first()


def orders_of_a_year(customer: Any) -> dict[str, Any]:
    """Purchase frequency (R1.5), computed from the orders of the last twelve months, in the customer's currency."""
    since = timezone.now() - YEAR
    orders = customer.orders.filter(received_at__gte=since, currency=customer.currency)
    return orders.exclude(status__in=["canceled", "rejected"]).aggregate(number=Count("pk"), amount=Sum("amount"))


def is_due(customer: Customer, verified_before: date) -> bool:
    if not customer.is_active:
        return False
    return customer.verified_date is None or customer.verified_date < verified_before


class VerifyCustomer(ActView):
    access = ACTS["customers.verify_customer"].roles
    model = Customer
    service = verify_customer
    form_class = ConfirmForm
    title = _("Verify the archive of %(subject)s")
    lead = _("You confirm that basics, contacts and addresses are right as of today.")
    submit_label = _("Confirm archive")
    success_message = _("The archive of %(subject)s is verified.")
    crumbs = (LIST,)

    def get_reasons(self) -> list[Reason]:
        return [Reason("owner", NOT_YOURS)] if is_strange(person_of(self.request), self.subject) else []
