"""Inquiries: recorded, handed over, answered, turned into a quotation or an order, closed (R1.1–R1.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from catalog.models import Product
from core import audit, subjects
from core.errors import Conflict, DomainError, NotPermitted
from core.numbering import draw_number
from customers.choices import OPEN_INQUIRIES, Channel, Conversion, InquiryStatus
from customers.models import Contact, Customer, Inquiry, InquiryLine
from customers.services.archive import save_customer
from workflow.choices import WorkKind
from workflow.notifications import notify
from workflow.services import cancel_work, finish_work, open_work

RECORDERS = {Role.SALES, Role.INSIDE_SALES, Role.SERVICE, Role.ORDER_CENTER, Role.SALES_MANAGER}
SELLERS = {Role.SALES, Role.INSIDE_SALES, Role.SALES_MANAGER}
HANDED = gettext_noop("%(by)s handed you an inquiry: %(number)s, %(who)s")
S = InquiryStatus


@dataclass(frozen=True)
class NeedSpec:
    """One thing that is asked for: a product of ours, or words."""

    product: Product | None = None
    description: str = ""
    specification: str = ""
    quantity: Decimal = Decimal(0)
    unit: str = ""


@dataclass(frozen=True)
class InquirySpec:
    """An inquiry as it is handed in: who asks, by what channel, for what, and the first analysis (R1.1)."""

    channel: str
    lines: tuple[NeedSpec, ...] = ()
    customer: Customer | None = None
    prospect_name: str = ""
    contact: Contact | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    wanted_date: date | None = None
    service_needs: str = ""
    analysis: str = ""
    is_special: bool = False
    salesperson: User | None = None


@act("customers.record_inquiry", roles=RECORDERS)
def record_inquiry(*, spec: InquirySpec, by: User, now: datetime | None = None) -> Inquiry:
    """Keep what was asked for (R1.1). The salesperson named has it as work, as a special one must be; else who took it
    down has (R1.2).

    Raises DomainError("incomplete") with what is missing by field.
    """
    now = now or timezone.now()
    inquiry = _fill(Inquiry(recorded_by=by, recorded_at=now), spec)
    lines = _lines_of(inquiry, spec.lines)
    _require_complete(inquiry, lines)
    inquiry.number = draw_number("inquiry", now=now)
    inquiry.refresh_search_text()
    inquiry.save(force_insert=True)
    InquiryLine.objects.bulk_create(lines)
    audit.record("inquiry.recorded", inquiry, by=by, now=now)
    if spec.salesperson and spec.salesperson != by:
        _hand_over(inquiry, spec.salesperson, by=by, now=now)
    elif inquiry.is_special:
        _hand_over(inquiry, by, by=by, now=now)
    else:
        open_work(WorkKind.INQUIRY, inquiry, by=by, person=by, now=now)
    return inquiry


@act("customers.hand_over_inquiry", roles=RECORDERS)
def hand_over_inquiry(
    *, inquiry: Inquiry, salesperson: User, by: User, note: str = "", now: datetime | None = None
) -> Inquiry:
    """Give it to a named salesperson, who has it as work with a clock until it is answered (R1.2).

    Raises Conflict("status") once it is answered or ended, DomainError("salesperson") for somebody not in sales.
    """
    inquiry = lock_inquiry(inquiry, by=by)
    require_status(inquiry, S.NEW, S.HANDED_OVER)
    if inquiry.status == S.HANDED_OVER and inquiry.salesperson_id == salesperson.pk:
        raise Conflict("handed_over", _("This inquiry is with %(person)s already.") % {"person": salesperson})
    return _hand_over(inquiry, salesperson, by=by, note=note, now=now or timezone.now())


@act("customers.answer_inquiry", roles=RECORDERS)
def answer_inquiry(
    *, inquiry: Inquiry, answer: str, channel: str, by: User, now: datetime | None = None
) -> Inquiry:  # fmt: skip
    """What was answered, and by what means; the salesperson's work is done (R1.2).

    Raises NotPermitted("handed_over") for others while it is with a salesperson, Conflict("status") when it was
    answered or ended before, DomainError("answer") without words or means.
    """
    inquiry = lock_inquiry(inquiry, by=by)
    require_status(inquiry, S.NEW, S.HANDED_OVER)
    require_turn(inquiry, by)
    problems: dict[str, list[Any]] = {} if answer.strip() else {"answer": [_("Say what was answered.")]}
    if channel not in Channel.values:
        problems["channel"] = [_("Say by what means.")]
    if problems:
        raise DomainError("answer", _("The answer is incomplete."), fields=problems)
    inquiry.status, inquiry.answer, inquiry.answer_channel = S.ANSWERED, answer.strip(), channel
    inquiry.answered_by, inquiry.answered_at = by, now or timezone.now()
    inquiry.save(update_fields=["status", "answer", "answer_channel", "answered_by", "answered_at"])
    finish_work(WorkKind.INQUIRY, inquiry, by=by, outcome="answered", now=now)
    audit.record("inquiry.answered", inquiry, by=by, note=answer.strip(), now=now)
    return inquiry


@act("customers.close_inquiry", roles=RECORDERS)
def close_inquiry(*, inquiry: Inquiry, reason: str, by: User, now: datetime | None = None) -> Inquiry:
    """Nothing comes of it. Raises DomainError("reason") without one; else as `answer_inquiry`."""
    inquiry = lock_inquiry(inquiry, by=by)
    require_status(inquiry, *OPEN_INQUIRIES)
    require_turn(inquiry, by)
    if not reason.strip():
        raise DomainError("reason", _("Say why nothing comes of it."), fields={"reason": [_("Required.")]})
    inquiry.status, inquiry.close_reason, inquiry.closed_at = S.CLOSED, reason.strip()[:500], now or timezone.now()
    inquiry.save(update_fields=["status", "close_reason", "closed_at"])
    cancel_work(WorkKind.INQUIRY, inquiry, by=by, now=now)
    audit.record("inquiry.closed", inquiry, by=by, note=inquiry.close_reason, now=now)
    return inquiry


@act("customers.mark_inquiry_converted", roles=SELLERS)
def mark_inquiry_converted(
    *, inquiry: Inquiry, kind: str, subject: Model, by: User, now: datetime | None = None
) -> Inquiry:
    """For the rooms above, in the act that makes the quotation or the order: it came of this inquiry (R1.3).

    The work is done by it. Raises Conflict("converted") when something came of it before, Conflict("status") when it
    was closed, NotPermitted("handed_over") for others while it is with a salesperson.
    """
    inquiry = lock_inquiry(inquiry, by=by)
    require_convertible(inquiry, by)
    inquiry.status, inquiry.conversion, inquiry.converted_at = S.CONVERTED, Conversion(kind), now or timezone.now()
    inquiry.converted_type, inquiry.converted_id = subjects.key_of(subject)
    inquiry.save()
    finish_work(WorkKind.INQUIRY, inquiry, by=by, outcome=kind, now=now)
    changes = {"became": [None, kind], kind: [None, subjects.label_of(subject)]}
    audit.record("inquiry.converted", inquiry, by=by, changes=changes, now=now)
    return inquiry


# ---- what the acts share


def customer_of(
    inquiry: Inquiry, *, by: User, customer: Customer | None = None, confirmed: bool = False,
    now: datetime | None = None,
) -> Customer:  # fmt: skip
    """Whose it is, for the rooms above, inside their act: the archive's customer, or one entered from what was typed
    (R1.3). `customer` says that somebody new turned out to be known, `confirmed` that they are new in spite of a
    likeness. Raises DomainError("duplicate") naming likely twins."""
    if inquiry.customer is not None:
        return inquiry.customer
    if customer is None:
        customer = save_customer(
            customer=Customer(), values={"name": inquiry.prospect_name, "owner": inquiry.salesperson},
            contacts=[_contact_of(inquiry)], confirmed=confirmed, by=by, now=now,
        )  # fmt: skip
        inquiry.contact = customer.contacts.first()
    inquiry.customer = customer
    inquiry.refresh_search_text()
    inquiry.save(update_fields=["customer", "contact", "search_text"])
    return customer


def _contact_of(inquiry: Inquiry) -> Contact:
    name = inquiry.contact_name or inquiry.prospect_name[:60]
    return Contact(name=name, phone=inquiry.contact_phone, email=inquiry.contact_email, is_primary=True)


def lock_inquiry(inquiry: Inquiry, *, by: User) -> Inquiry:
    """As it stands now, locked until the act ends. Raises NotPermitted("not_yours") for who does not see it."""
    rows = Inquiry.objects.visible_to(by).select_related("customer", "salesperson").filter(pk=inquiry.pk)
    locked = rows.select_for_update(of=("self",)).first()
    if locked is None:
        raise NotPermitted("not_yours", _("This inquiry is not yours to work on."))
    return locked


def require_status(inquiry: Inquiry, *statuses: str) -> None:
    if inquiry.status not in statuses:
        text = _("The inquiry is “%(status)s” by now; this step no longer fits.")
        raise Conflict("status", text % {"status": inquiry.get_status_display()})


def require_convertible(inquiry: Inquiry, by: User) -> None:
    """Raise Conflict unless a quotation or an order may be made of it now, NotPermitted unless `by` may answer it."""
    if inquiry.status == S.CONVERTED:
        text = _("Something came of this inquiry already: %(what)s.")
        raise Conflict("converted", text % {"what": inquiry.get_conversion_display()})
    require_status(inquiry, *OPEN_INQUIRIES)
    require_turn(inquiry, by)


def require_turn(inquiry: Inquiry, by: User) -> None:
    """While it is with a salesperson, that person answers, or a manager in the stead."""
    if not is_turn_of(inquiry, by):
        text = _("%(person)s has this inquiry. Ask them, or have it handed over to you.")
        raise NotPermitted("handed_over", text % {"person": inquiry.salesperson})


def is_turn_of(inquiry: Inquiry, user: User) -> bool:
    free = inquiry.status != S.HANDED_OVER or inquiry.salesperson_id == user.pk
    return free or user.is_system or user.has_role(*MANAGERS)


def _hand_over(inquiry: Inquiry, salesperson: User, *, by: User, now: datetime, note: str = "") -> Inquiry:
    if not salesperson.is_active or not salesperson.has_role(Role.SALES, Role.SALES_MANAGER):
        text = _("Choose somebody in sales.")
        raise DomainError("salesperson", text, fields={"salesperson": [text]})
    cancel_work(WorkKind.INQUIRY, inquiry, by=by, outcome="handed_on", now=now)
    inquiry.salesperson, inquiry.status, inquiry.handed_over_at = salesperson, S.HANDED_OVER, now
    inquiry.save(update_fields=["salesperson", "status", "handed_over_at"])
    open_work(WorkKind.INQUIRY, inquiry, by=by, person=salesperson, now=now)
    changes = {"salesperson": [None, str(salesperson)]}
    audit.record("inquiry.handed_over", inquiry, by=by, changes=changes, note=note, now=now)
    params = {"by": str(by), "number": inquiry.number, "who": inquiry.who}
    notify([salesperson], HANDED, params=params, subject=inquiry, by=by, now=now)
    return inquiry


def _fill(inquiry: Inquiry, spec: InquirySpec) -> Inquiry:
    for name in InquirySpec.__dataclass_fields__:
        if name not in ("lines", "salesperson"):
            setattr(inquiry, name, getattr(spec, name))
    inquiry.salesperson = spec.salesperson or (
        inquiry.recorded_by if inquiry.recorded_by.has_role(Role.SALES) else None
    )
    if spec.contact and not spec.contact_name:
        contact = spec.contact
        inquiry.contact_name, inquiry.contact_phone = contact.name, contact.phone
        inquiry.contact_email = contact.email
    return inquiry


def _lines_of(inquiry: Inquiry, needs: Sequence[NeedSpec]) -> list[InquiryLine]:
    return [
        InquiryLine(
            inquiry=inquiry, position=position, product=need.product,
            description=need.description or (need.product.name if need.product else ""),
            specification=need.specification or (need.product.specification if need.product else ""),
            quantity=need.quantity, unit=need.unit or (need.product.unit if need.product else ""),
        )
        for position, need in enumerate(needs, 1)
    ]  # fmt: skip


def _require_complete(inquiry: Inquiry, lines: Sequence[InquiryLine]) -> None:
    problems: dict[str, list[Any]] = {}
    if inquiry.channel not in Channel.values:
        problems["channel"] = [_("Say how the inquiry came in.")]
    if not (inquiry.customer or inquiry.prospect_name.strip()):
        problems["prospect_name"] = [_("Choose the customer, or write down who asks.")]
    if not (inquiry.customer or inquiry.contact_phone or inquiry.contact_email):
        problems["contact_phone"] = [_("A telephone or an e-mail is needed to answer.")]
    if not (lines or inquiry.service_needs.strip()):
        problems["service_needs"] = [_("Write down what is needed: goods or services.")]
    if inquiry.is_special and not inquiry.salesperson:
        problems["salesperson"] = [_("A special inquiry goes to a salesperson: name one.")]
    if not problems:
        problems = _unfit(inquiry, lines)
    if problems:
        raise DomainError("incomplete", _("The inquiry cannot be kept like this."), fields=problems)


# What is typed; the rest is set by the acts.
TYPED = {"prospect_name", "contact_name", "contact_phone", "contact_email", "wanted_date"}
TYPED_IN_LINES = {"description", "specification", "quantity", "unit"}


def _unfit(inquiry: Inquiry, lines: Sequence[InquiryLine]) -> dict[str, list[Any]]:
    """Too long, or no e-mail address: as the model itself says it."""
    try:
        inquiry.clean_fields(exclude={field.name for field in Inquiry._meta.fields} - TYPED)
        for line in lines:
            line.clean_fields(exclude={field.name for field in InquiryLine._meta.fields} - TYPED_IN_LINES)
    except ValidationError as error:
        return {name: list(texts) for name, texts in error.message_dict.items()}
    return {}
