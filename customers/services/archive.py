"""Acts on the customer archive (R1.4)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import DomainError, NotPermitted
from core.money import CURRENCIES
from core.numbering import draw_number
from customers.duplicates import find_twins, lock_likeness, reasons_for
from customers.likeness import phone_key
from customers.models import Address, Contact, Customer
from workflow.choices import WorkKind
from workflow.services import cancel_work, finish_work

KEEPERS = {
    Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.ORDER_CENTER,
    Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.ADMIN,
}  # fmt: skip
# What the audit trail says of the acts here.
PHRASES = (
    gettext_noop("Customer created"),
    gettext_noop("Customer changed"),
    gettext_noop("Customer verified"),
    gettext_noop("Customer contacts read"),
)
EDITABLE = (
    "name", "short_name", "tax_number", "industry", "region", "size", "tier", "currency",
    "owner", "preferences", "is_active",
)  # fmt: skip


@act("customers.save_customer", roles=KEEPERS)
def save_customer(
    *, customer: Customer, values: dict[str, Any], by: User,
    contacts: Sequence[Contact] | None = None, addresses: Sequence[Address] | None = None,
    confirmed: bool = False, now: datetime | None = None,
) -> Customer:  # fmt: skip
    """Create or change a customer with its contacts and addresses.

    A list given replaces the former one; rows with a key are kept. A salesperson changes only customers they own
    or nobody owns. Raises DomainError("invalid") with errors by field, DomainError("rows") for contacts or addresses
    that are not this customer's, DomainError("currency") while orders are on credit, NotPermitted("owner"),
    DomainError("duplicate") naming likely twins unless `confirmed` says that it is another one all the same.
    """
    is_new = customer.pk is None
    _lock_likeness(customer, values, contacts)
    customer = customer if is_new else lock_customer(customer)
    refuse_strangers(customer, by)
    before = {} if is_new else {name: getattr(customer, name) for name in EDITABLE}
    for name in EDITABLE:
        if name in values:
            setattr(customer, name, values[name])
    if not confirmed:
        _refuse_twins(customer, before, contacts, by)
    if is_new and customer.owner_id is None and by.has_role(Role.SALES):
        customer.owner = by
    if is_new:
        customer.verified_date = timezone.localdate(now)
    _check(customer)
    _check_currency(customer, before)
    if not customer.code:
        customer.code = draw_number("customer", now=now)
    customer.refresh_search_text()  # the code is one of the things it is found by
    customer.save()
    _keep_rows(customer, "contacts", contacts)
    _keep_rows(customer, "addresses", addresses)
    changes = {
        name: [_plain(before.get(name)), _plain(getattr(customer, name))]
        for name in EDITABLE
        if before.get(name) != getattr(customer, name) and not (is_new and getattr(customer, name) in ("", None))
    }
    if not customer.is_active and before.get("is_active"):
        _drop_renewals(customer, by=by, now=now)
    audit.record("customer.created" if is_new else "customer.changed", customer, by=by, changes=changes)
    return customer


@act("customers.verify_customer", roles=KEEPERS)
def verify_customer(*, customer: Customer, by: User, now: datetime | None = None) -> Customer:
    """Record that the archive was checked today (R1.4)."""
    customer = lock_customer(customer)
    refuse_strangers(customer, by)
    old = customer.verified_date
    customer.verified_date = timezone.localdate(now)
    customer.save(update_fields=["verified_date"])
    finish_work(WorkKind.ARCHIVE_RENEWAL, customer, by=by, now=now)
    audit.record(
        "customer.verified",
        customer,
        by=by,
        changes={"verified_date": [str(old), str(customer.verified_date)]},
    )
    return customer


def _drop_renewals(customer: Customer, *, by: User, now: datetime | None) -> None:
    """Nobody keeps the papers of a customer who is none any more."""
    cancel_work(WorkKind.ARCHIVE_RENEWAL, customer, by=by, now=now)
    for paper in customer.papers.filed().order_by("pk"):
        cancel_work(WorkKind.PAPER_RENEWAL, paper, by=by, now=now)


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool) else str(value or "")


def lock_customer(customer: Customer) -> Customer:
    """As it stands now: two people who save at once follow each other, and the trace tells what each changed."""
    return Customer.objects.select_for_update().get(pk=customer.pk)


def lock_customers(keys: Iterable[int]) -> None:
    """Several at once, always in the same order: before each of them is saved."""
    list(Customer.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk").values_list("pk"))


def is_strange(user: User, customer: Customer) -> bool:
    """Somebody else's customer to a person who is in sales and nothing else."""
    mine = customer.owner_id in (None, user.pk)
    return not user.is_system and user.role_codes <= {Role.SALES} and not mine


def refuse_strangers(customer: Customer, by: User) -> None:
    if is_strange(by, customer):
        raise NotPermitted("owner", _("Another account manager looks after this customer. Ask them or your manager."))


def _lock_likeness(customer: Customer, values: dict[str, Any], contacts: Sequence[Contact] | None) -> None:
    lock_likeness(
        names=[values.get("name", customer.name)], tax_numbers=[values.get("tax_number", customer.tax_number)],
        phones=[contact.phone for contact in contacts or ()],
    )  # fmt: skip


def _refuse_twins(customer: Customer, before: dict[str, Any], contacts: Sequence[Contact] | None, by: User) -> None:
    """Asked for what is new: a name, a tax number, a telephone."""
    known = set(customer.contacts.values_list("phone", flat=True)) if customer.pk and contacts else set()
    twins = find_twins(
        name=customer.name if before.get("name") != customer.name else "",
        tax_number=customer.tax_number if before.get("tax_number") != customer.tax_number else "",
        phones=[contact.phone for contact in contacts or () if contact.phone not in known], besides=customer.pk,
    )  # fmt: skip
    if twins:
        text = _("This customer may be in the archive already. Look there first; save again if it is another one.")
        raise DomainError("duplicate", text, reasons=reasons_for(twins, by))


def _check(customer: Customer) -> None:
    try:
        customer.full_clean(exclude=["code"])
    except ValidationError as error:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=error.message_dict) from error


def _check_currency(customer: Customer, before: dict[str, Any]) -> None:
    """One that orders are taken in; what is owed counts against the limit in one currency, so that it does not change
    while orders are on credit (R9.2)."""
    if customer.currency != before.get("currency") and customer.currency not in CURRENCIES:
        text = _("Choose one of %(currencies)s.") % {"currencies": ", ".join(CURRENCIES)}
        raise DomainError("invalid", text, fields={"currency": [text]})
    account = getattr(customer, "credit_account", None)
    if customer.currency != before.get("currency", customer.currency) and account and account.exposure:
        text = _("Orders are on credit in %(currency)s: the currency can change once they are paid.") % before
        raise DomainError("currency", text, fields={"currency": [text]})


def _keep_rows(customer: Customer, name: str, rows: Sequence[Contact] | Sequence[Address] | None) -> None:
    if rows is None:
        return
    manager = getattr(customer, name)
    own = set(manager.values_list("pk", flat=True))
    if any(row.pk and row.pk not in own for row in rows):
        raise DomainError("rows", _("One of the rows was removed meanwhile. Load the page again."))
    manager.exclude(pk__in=[row.pk for row in rows if row.pk]).delete()
    flag = "is_primary" if name == "contacts" else "is_default"
    manager.update(**{flag: False})  # so that the mark can move between rows under its unique constraint
    for row in rows:
        row.customer = customer
        if isinstance(row, Contact):
            row.phone_key = phone_key(row.phone)
        row.save()
