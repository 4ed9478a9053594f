"""The exposure ledger (R9.2). The account row is locked first in every act, before the order."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, DomainError
from credit.choices import ExposureKind, Grade
from credit.models import CreditAccount, CreditReservation, ExposureEntry
from credit.selectors import confirmed_total
from customers.models import Customer

PHRASES = (gettext_noop("Credit limit set"),)


def lock_account(customer: Customer) -> CreditAccount:
    """The customer's account, locked; made when there is none. The customer keeps it, so that guards read it there."""
    rows = CreditAccount.objects.select_for_update().filter(customer=customer)
    account = rows.first()
    if account is None:
        CreditAccount.objects.get_or_create(customer=customer)
        account = rows.get()
    account.customer = customer
    return account


@act("credit.set_credit_limit", roles={Role.FINANCE, Role.GENERAL_MANAGER})
def set_credit_limit(
    *, customer: Customer, limit: Decimal, reason: str, by: User, grade: str | None = None
) -> CreditAccount:
    """Set what the customer may owe, and how far it is trusted to pay where a grade is given.

    Raises DomainError("limit") below zero, ("grade") for an unknown one, ("reason") without a reason.
    """
    if limit < 0:
        raise DomainError("limit", _("A limit is zero or more."), fields={"limit": [_("Zero or more.")]})
    if grade is not None and grade not in Grade.values:
        raise DomainError("grade", _("Choose a grade."), fields={"grade": [_("Choose a grade.")]})
    if not reason.strip():
        raise DomainError("reason", _("Say why the limit changes."), fields={"reason": [_("Required.")]})
    account = lock_account(customer)
    changes = {"limit": [str(account.limit), str(limit)]}
    if grade not in (None, account.grade):
        changes["grade"] = [account.grade, str(grade)]
    audit.record("credit.limit_set", account, by=by, note=reason, changes=changes)
    account.limit, account.grade = limit, grade or account.grade
    account.save(update_fields=["limit", "grade"])
    return account


def reserve_credit(
    customer: Customer, *, reference: str, total: Decimal, on_credit: Decimal, by: User, currency: str = "",
    waived: bool = False, now: datetime | None = None,
) -> CreditAccount:  # fmt: skip
    """Raise the exposure by the part of an order's total that is sold on credit (R9.2).

    Reserving again for the same reference replaces the former figures, so that a repeated approval never doubles it.
    The ledger is in the customer's currency: credit in another one is given by special approval only and stands
    outside it. Raises Conflict("credit_limit") above the limit unless the check was waived.
    """
    account = lock_account(customer)
    if currency not in ("", customer.currency):
        if on_credit > 0 and not waived:
            raise Conflict("credit_limit", _("Credit is given in %(currency)s only.") % {"currency": customer.currency})
        on_credit = Decimal(0)
    row = CreditReservation.objects.filter(reference=reference).first() or CreditReservation(reference=reference)
    before = row.outstanding if row.pk else Decimal(0)
    row.account, row.total, row.on_credit, row.is_open = account, total, on_credit, True
    row.paid = confirmed_total(reference, customer=customer, currency=customer.currency)
    change = row.outstanding - before
    if change > 0 and not waived and account.exposure + change > account.limit:
        raise Conflict(
            "credit_limit",
            _("Above the credit limit: %(exposure)s owed, %(change)s more, %(limit)s allowed.")
            % {"exposure": account.exposure, "change": change, "limit": account.limit},
        )
    row.save()
    _enter(account, ExposureKind.RESERVED, reference, change, by, now)
    return account


def release_credit(customer: Customer, *, reference: str, by: User, now: datetime | None = None) -> None:
    """Take back whatever the reference still adds to the exposure (a cancelled order)."""
    account = lock_account(customer)
    for row in CreditReservation.objects.filter(reference=reference, is_open=True):
        before, row.is_open = row.outstanding, False
        row.save(update_fields=["is_open"])
        _enter(account, ExposureKind.RELEASED, reference, -before, by, now)


def enter_receipt(
    customer: Customer, *, reference: str, amount: Decimal, currency: str, by: User, now: datetime | None = None
) -> None:
    """Lower the exposure by money received, as far as it covers the credit part of the reference.

    The reference must be the customer's own, and the money of the account's kind: else no sum would be right.
    """
    account = lock_account(customer)
    if currency != customer.currency:
        return
    for row in CreditReservation.objects.filter(account=account, reference=reference, is_open=True):
        before = row.outstanding
        row.paid += amount
        row.save(update_fields=["paid"])
        _enter(account, ExposureKind.RECEIPT, reference, row.outstanding - before, by, now)


def _enter(account: CreditAccount, kind: str, reference: str, amount: Decimal, by: User, now: datetime | None) -> None:
    if not amount:
        return
    at = now or timezone.now()
    insert_many([ExposureEntry(account=account, kind=kind, reference=reference, amount=amount, by=by, at=at)])
    account.exposure += amount
    account.save(update_fields=["exposure"])
