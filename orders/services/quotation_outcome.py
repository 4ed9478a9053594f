"""What becomes of a quotation: sent, accepted, lost, run out, ordered (R3.7, R1.3)."""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.documents import mail_document
from core.errors import Conflict, DomainError
from core.models import Document
from core.money import format_money
from orders.choices import LossReason, QuotationStatus
from orders.documents import issue_quotation
from orders.models import Order, Quotation
from orders.quotation_specs import order_spec_of
from orders.services.intake import save_draft
from orders.services.quotation_steps import (
    KIND,
    ask_seller,
    bare_quotation_case,
    lock_quotation,
    move_quotation,
    require_quotation,
)
from orders.services.quotations import WRITERS
from workflow import calendar, schedule
from workflow.choices import WorkKind, message_id
from workflow.notifications import notify
from workflow.services import cancel_all_work, drop_case, finish_work

S = QuotationStatus
MOST_RECIPIENTS = 10
BATCH = 200
WON = gettext_noop("Quotation %(subject)s for %(amount)s was accepted by %(customer)s")
LOST = gettext_noop("Quotation %(subject)s for %(amount)s to %(customer)s was lost: %(t_reason)s")
RAN_OUT = gettext_noop("Quotation %(subject)s has run out: revise it, or record why it was lost")


@act("orders.send_quotation", roles=WRITERS)
def send_quotation(
    *, quotation: Quotation, to: Sequence[str], by: User, message: str = "", again: bool = False,
    now: datetime | None = None,
) -> Document:  # fmt: skip
    """Issue the paper and mail it to the customer; `again` mails the paper of one that was sent already.

    One act puts one mail into the outbox, which draws the paper first. The salesperson is asked to follow up before
    the validity ends. Raises DomainError("recipients"), DomainError("run_out"), Conflict("status").
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.SENT if again else S.APPROVED])
    recipients = _addresses(to)
    valid_until = _still_valid(quotation, now)
    if again:
        audit.record("quotation.sent_again", quotation, by=by, now=now)
        document = Document.objects.get(
            kind="quotation", subject_type="orders.quotation", subject_id=quotation.pk, superseded_by=None
        )
    else:
        document = issue_quotation(quotation, by=by, now=now)
        finish_work(WorkKind.SEND_QUOTATION, quotation, by=by, outcome="sent", now=now)
        follow_up = _before_it_ends(valid_until, now)
        ask_seller(WorkKind.QUOTATION_FOLLOW_UP, quotation, by=by, now=now, due_at=follow_up)
        move_quotation(quotation, S.SENT, by=by, at=now)
    reply_to = quotation.salesperson.email if quotation.salesperson else ""
    mail_document(document, to=recipients, language=quotation.language, reply_to=reply_to, message=message, now=now)
    return document


@act("orders.accept_quotation", roles=WRITERS | MANAGERS)
def accept_quotation(*, quotation: Quotation, by: User, note: str = "", now: datetime | None = None) -> Quotation:
    """The customer accepts what was sent; the salesperson is asked to make the order.

    Raises DomainError("run_out") past its validity, Conflict("status").
    """
    now = now or timezone.now()
    quotation = _accept(lock_quotation(quotation, by=by), note=note, by=by, now=now)
    ask_seller(WorkKind.ORDER_QUOTATION, quotation, by=by, now=now)
    return quotation


@act("orders.lose_quotation", roles=WRITERS | MANAGERS)
def lose_quotation(
    *, quotation: Quotation, reason: str, by: User, note: str = "", now: datetime | None = None
) -> Quotation:
    """It leads to no order, and why. Raises DomainError("reason"), Conflict("status") once decided otherwise."""
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.DRAFT, S.SUBMITTED, S.APPROVED, S.SENT, S.EXPIRED])
    if reason not in LossReason.values:
        raise DomainError("reason", _("Say why it was lost."), fields={"reason": [_("Choose a reason.")]})
    if reason == LossReason.OTHER and not note.strip():
        raise DomainError("note", _("Say what the other reason was."), fields={"note": [_("Required.")]})
    drop_case(quotation, KIND, by=by, reason=note, now=now)
    quotation.loss_reason, quotation.outcome_note = reason, note.strip()
    move_quotation(quotation, S.LOST, by=by, at=now, note=note, fields=["loss_reason", "outcome_note"])
    cancel_all_work(quotation, by=by, now=now)
    _tell_general_manager(quotation, LOST, by=by, now=now)
    return quotation


@act("orders.order_quotation", roles=WRITERS)
def order_quotation(*, quotation: Quotation, by: User, now: datetime | None = None) -> Order:
    """A draft order with everything the quotation says (R1.3); one that was sent counts as accepted by it.

    Once only: raises Conflict("ordered") when there is an order, DomainError("run_out") for one sent and past its
    validity, Conflict("status").
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.SENT, S.ACCEPTED])
    if Order.objects.filter(quotation=quotation).exists():
        raise Conflict("ordered", _("There is an order from this quotation already."))
    if quotation.status == S.SENT:
        _accept(quotation, note="", by=by, now=now)
    order = save_draft(spec=order_spec_of(quotation, timezone.localdate(now), by), by=by, now=now)
    order.quotation = quotation
    order.save(update_fields=["status", "quotation"])
    finish_work(WorkKind.ORDER_QUOTATION, quotation, by=by, outcome="ordered", now=now)
    return order


@act("orders.expire_quotations", roles=())
def expire_quotations(*, by: User, now: datetime | None = None) -> int:
    """End what is past its validity, some at a time; answers how many. Run twice it finds nothing left to do."""
    now = now or timezone.now()
    rows = Quotation.objects.run_out(timezone.localdate(now)).select_related("customer", "salesperson")
    rows = rows.order_by("valid_until", "pk")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    expired = list(rows[:BATCH])
    for quotation in expired:
        move_quotation(quotation, S.EXPIRED, by=by, at=now)
        cancel_all_work(quotation, by=by, now=now)
        people = [quotation.salesperson] if quotation.salesperson else []
        notify(people, RAN_OUT, params={"subject": str(quotation)}, subject=quotation, by=by, now=now)
    return len(expired)


def _accept(quotation: Quotation, *, note: str, by: User, now: datetime) -> Quotation:
    require_quotation(quotation, [S.SENT])
    _still_valid(quotation, now)
    quotation.outcome_note = note.strip()
    move_quotation(quotation, S.ACCEPTED, by=by, at=now, note=note, fields=["outcome_note"])
    finish_work(WorkKind.QUOTATION_FOLLOW_UP, quotation, by=by, outcome="accepted", now=now)
    _tell_general_manager(quotation, WON, by=by, now=now)
    return quotation


def _still_valid(quotation: Quotation, now: datetime) -> date:
    """Its last day, if that has not passed; else DomainError("run_out")."""
    assert quotation.valid_until  # since it was submitted
    if quotation.valid_until < timezone.localdate(now):
        raise DomainError("run_out", _("Its validity has ended. Revise it, then send the new version."))
    return quotation.valid_until


def _tell_general_manager(quotation: Quotation, text: str, *, by: User, now: datetime) -> None:
    """R3.7: of what was large or special enough to need more than the sales manager's signature."""
    case = bare_quotation_case(quotation)
    if case is None or case.steps.count() < 2:
        return
    params = {
        "subject": str(quotation), "amount": format_money(quotation.amount, quotation.currency),
        "customer": str(quotation.customer),
    }  # fmt: skip
    if quotation.loss_reason:
        params["t_reason"] = message_id(LossReason(quotation.loss_reason))
    notify(
        User.objects.with_role(Role.GENERAL_MANAGER), text, params=params, subject=quotation, by=by, now=now,
        key=f"quotation:{quotation.pk}:{quotation.status}",
    )  # fmt: skip


def _addresses(to: Sequence[str]) -> list[str]:
    """Each once. Raises DomainError("recipients") for none, too many, or what is no address."""
    found = list(dict.fromkeys(address.strip() for address in to if address.strip()))
    try:
        for address in found:
            validate_email(address)
    except ValidationError:
        found = []
    if not found or len(found) > MOST_RECIPIENTS:
        text = _("Name one to ten e-mail addresses it goes to.")
        raise DomainError("recipients", text, fields={"to": [text]})
    return found


def _before_it_ends(valid_until: date, now: datetime) -> datetime | None:
    """The policy's own time, unless the last day of validity ends before it."""
    known, policy = calendar.current_calendar(), calendar.current_policy(WorkKind.QUOTATION_FOLLOW_UP)
    zone = timezone.get_default_timezone()
    last = datetime.combine(valid_until, time(12), tzinfo=zone)
    return last if now < last < schedule.due_by_policy(policy, known, now).at else None
