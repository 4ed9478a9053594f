"""Money: reported by whoever hears of it, confirmed by finance (R5.1, four-eyes R13.7)."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError, NotPermitted
from core.numbering import draw_number
from credit.choices import PaymentMethod, ReceiptStatus
from credit.models import Receipt
from credit.services.exposure import enter_receipt
from customers.models import Customer
from workflow.choices import WorkKind
from workflow.services import finish_work, open_work

PHRASES = (gettext_noop("Receipt reported"), gettext_noop("Receipt confirmed"), gettext_noop("Receipt refused"))
REPORTERS = {Role.SALES, Role.INSIDE_SALES, Role.FINANCE, Role.ORDER_CENTER, Role.SALES_MANAGER, Role.PARTNER}

SAME_PERSON = _("You reported this receipt yourself; a colleague in finance confirms it.")


@act("credit.report_receipt", roles=REPORTERS)
def report_receipt(
    *, customer: Customer, reference: str, amount: Decimal, by: User, currency: str = "CNY",
    received_date: date | None = None, method: str = PaymentMethod.TRANSFER, bank_reference: str = "",
    now: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Record that money came in for an order; finance gets the work to confirm it.

    Raises DomainError("amount") unless the amount is positive, DomainError("received_date") for a day to come.
    """
    today = timezone.localdate(now)
    if amount <= 0:
        raise DomainError("amount", _("Enter an amount above zero."), fields={"amount": [_("Above zero.")]})
    if received_date and received_date > today:
        text = _("This day has not come yet.")
        raise DomainError("received_date", text, fields={"received_date": [text]})
    receipt = Receipt(
        customer=customer, reference=reference, amount=amount, currency=currency, method=method,
        received_date=received_date or today, bank_reference=bank_reference,
        reported_by=by, reported_at=now or timezone.now(),
    )  # fmt: skip
    receipt.number = draw_number("receipt", now=now)
    receipt.save()
    open_work(WorkKind.CONFIRM_RECEIPT, receipt, by=by, role=Role.FINANCE, now=now)
    audit.record("receipt.reported", receipt, by=by, note=reference, now=now)
    return receipt


@act("credit.confirm_receipt", roles={Role.FINANCE})
def confirm_receipt(*, receipt: Receipt, by: User, now: datetime | None = None) -> Receipt:
    """Finance has seen the money on the account (R5.1).

    Raises NotPermitted("four_eyes") for who reported it, Conflict("decided") when it was decided before.
    """
    receipt = _decide(receipt, ReceiptStatus.CONFIRMED, by=by, now=now)
    enter_receipt(
        receipt.customer, reference=receipt.reference, amount=receipt.amount, currency=receipt.currency, by=by, now=now
    )
    return receipt


@act("credit.refuse_receipt", roles={Role.FINANCE})
def refuse_receipt(*, receipt: Receipt, reason: str, by: User, now: datetime | None = None) -> Receipt:
    """The money is not there. Raises DomainError("reason") without a reason."""
    if not reason.strip():
        raise DomainError("reason", _("Say why the receipt is refused."), fields={"reason": [_("Required.")]})
    return _decide(receipt, ReceiptStatus.REFUSED, by=by, note=reason, now=now)


def _decide(receipt: Receipt, status: str, *, by: User, note: str = "", now: datetime | None = None) -> Receipt:
    receipt = Receipt.objects.select_for_update(of=("self",)).select_related("customer").get(pk=receipt.pk)
    if receipt.status != ReceiptStatus.REPORTED:
        raise Conflict("decided", _("This receipt was already decided by %(by)s.") % {"by": receipt.decided_by})
    if receipt.reported_by_id == by.pk:
        raise NotPermitted("four_eyes", SAME_PERSON)
    receipt.status, receipt.decided_by, receipt.decided_at = status, by, now or timezone.now()
    receipt.note = note[:200]
    receipt.save(update_fields=["status", "decided_by", "decided_at", "note"])
    finish_work(WorkKind.CONFIRM_RECEIPT, receipt, by=by, outcome=status, now=now)
    audit.record(f"receipt.{status}", receipt, by=by, note=note or receipt.reference, now=now)
    return receipt
