"""Contracts: written, signed with their file, linked to orders, ended (R3.8)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core import audit
from core.attachments import attach_file, attachments_of
from core.choices import AttachmentKind
from core.errors import Conflict, DomainError, NotPermitted
from core.money import format_money, quantize
from core.numbering import draw_number
from customers.models import Customer
from orders.choices import ContractKind, ContractStatus
from orders.models import AgreementLine, Contract, Order, Quotation
from orders.services.edits import agreed_content, changes_between
from orders.services.intake import LARGEST
from orders.services.steps import lock_order
from orders.specs import AgreedSpec
from workflow import calendar, schedule
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import cancel_work, finish_work, open_work

S = ContractStatus
BATCH = 200
KEEPERS = {Role.SALES, Role.INSIDE_SALES, *MANAGERS}


@dataclass(frozen=True)
class ContractSpec:
    """A contract as it is handed in; `amount` in `currency`: a framework agreement's is added up from its lines."""

    customer: Customer
    title: str
    effective_date: date
    expiry_date: date | None = None
    kind: str = ContractKind.SINGLE
    owner: User | None = None
    quotation: Quotation | None = None
    currency: str = "CNY"
    amount: Decimal = Decimal(0)
    terms: str = ""
    lines: tuple[AgreedSpec, ...] = ()  # of a framework agreement


FIELDS = tuple(name for name in ContractSpec.__dataclass_fields__ if name != "lines")


@act("orders.save_contract", roles=KEEPERS)
def save_contract(
    *, spec: ContractSpec, by: User, contract: Contract | None = None, edition: int | None = None,
    now: datetime | None = None,
) -> Contract:  # fmt: skip
    """Write a draft, or a draft anew; the first time it draws its number (R2.2).

    Raises DomainError("dates") when it would end before it begins, DomainError("quotation") for another customer's,
    DomainError("lines") where the goods are none, doubled or say what cannot be, DomainError("too_large"),
    Conflict("edited"), Conflict("status") once signed.
    """
    _check(spec)
    if contract is None:
        contract, before = Contract(created_by=by), None
    else:
        contract = lock_contract(contract, by=by)
        require_contract(contract, [S.DRAFT])
        if edition is not None and edition != contract.edition:
            raise Conflict("edited", _("Somebody else saved this contract while you were typing. Compare, then save."))
        before = _content(contract, contract.lines.select_related("product"))
        contract.edition += 1
    for name in FIELDS:
        setattr(contract, name, getattr(spec, name))
    contract.owner = contract.owner or (by if by.has_role(Role.SALES) else spec.customer.owner)
    contract.amount = _amount(spec)
    contract.number = contract.number or draw_number("contract", now=now)
    contract.refresh_search_text()
    contract.save()
    lines = _write_lines(contract, spec)
    changes = changes_between(before, _content(contract, lines)) if before else {}
    audit.record("contract.edited" if before else "contract.drafted", contract, by=by, changes=changes, now=now)
    return contract


@act("orders.sign_contract", roles=KEEPERS)
def sign_contract(
    *, contract: Contract, signed_date: date, by: User, upload: UploadedFile | None = None,
    now: datetime | None = None,
) -> Contract:  # fmt: skip
    """Put a contract in force with the file both sides signed.

    Raises DomainError("file") unless a file of the kind contract is there or comes along, DomainError("signed_date")
    for a day to come, Conflict("status").
    """
    now = now or timezone.now()
    contract = lock_contract(contract, by=by)
    require_contract(contract, [S.DRAFT])
    if signed_date > timezone.localdate(now):
        text = _("The day of the signature lies ahead.")
        raise DomainError("signed_date", text, fields={"signed_date": [text]})
    if upload is not None:
        attach_file(contract, upload=upload, kind=AttachmentKind.CONTRACT, by=by, now=now)
    elif not attachments_of(contract).filter(kind=AttachmentKind.CONTRACT).exists():
        text = _("Add the file that both sides signed.")
        raise DomainError("file", text, fields={"upload": [text]})
    contract.status, contract.signed_date, contract.signed_at = S.SIGNED, signed_date, now
    contract.save(update_fields=["status", "signed_date", "signed_at"])
    audit.record("contract.signed", contract, by=by, changes={"status": [S.DRAFT, S.SIGNED]}, now=now)
    return contract


@act("orders.link_order", roles=KEEPERS)
def link_order(*, contract: Contract, order: Order, by: User, now: datetime | None = None) -> Contract:
    """File an order under its contract. Raises DomainError("customer") for somebody else's, Conflict("linked")."""
    order = lock_order(order, by=by)
    contract = lock_contract(contract, by=by)
    require_contract(contract, [S.DRAFT, S.SIGNED])
    if order.customer_id != contract.customer_id:
        text = _("This order is another customer's than the contract.")
        raise DomainError("customer", text, fields={"order": [text]})
    if contract.orders.filter(pk=order.pk).exists():
        raise Conflict("linked", _("This order is filed under the contract already."))
    contract.orders.add(order)
    for thing, other in ((contract, order), (order, contract)):
        audit.record("contract.order_linked", thing, by=by, note=str(other), now=now)
    return contract


@act("orders.end_contract", roles=KEEPERS)
def end_contract(*, contract: Contract, note: str, by: User, now: datetime | None = None) -> Contract:
    """It is over: fulfilled, given notice, or replaced by another. Raises DomainError("note"), Conflict("status")."""
    now = now or timezone.now()
    contract = lock_contract(contract, by=by)
    require_contract(contract, [S.SIGNED])
    if not note.strip():
        raise DomainError("note", _("Say why the contract ends."), fields={"note": [_("Required.")]})
    contract.status, contract.ended_at, contract.end_note = S.ENDED, now, note.strip()
    contract.save(update_fields=["status", "ended_at", "end_note"])
    finish_work(WorkKind.CONTRACT_EXPIRY, contract, by=by, outcome="ended", now=now)
    audit.record("contract.ended", contract, by=by, note=note, changes={"status": [S.SIGNED, S.ENDED]}, now=now)
    return contract


@act("orders.extend_contract", roles=KEEPERS)
def extend_contract(
    *, contract: Contract, expiry_date: date, note: str, by: User, now: datetime | None = None
) -> Contract:
    """Both sides agreed on a later end. Raises DomainError("expiry_date") unless it is later, Conflict("status")."""
    now = now or timezone.now()
    contract = lock_contract(contract, by=by)
    require_contract(contract, [S.SIGNED])
    before = contract.expiry_date
    if before is None or expiry_date <= before:
        text = _("Name a day after the present end.")
        raise DomainError("expiry_date", text, fields={"expiry_date": [text]})
    contract.expiry_date = expiry_date
    contract.save(update_fields=["expiry_date"])
    cancel_work(WorkKind.CONTRACT_EXPIRY, contract, by=by, outcome="extended", now=now)
    changes = {"expiry_date": [before, expiry_date]}
    audit.record("contract.extended", contract, by=by, note=note, changes=changes, now=now)
    return contract


@act("orders.remind_of_contracts", roles=())
def remind_of_contracts(*, by: User, now: datetime | None = None) -> int:
    """Ask for contracts in force that end within the clock's time, once for each end; answers for how many of a batch.

    The clock (work kind contract_expiry) says how long before the end; the work is due at noon of the last day.
    Run twice it asks nobody twice: the work carries the end as its key, finished or not.
    """
    now = now or timezone.now()
    known, policy = calendar.current_calendar(), calendar.current_policy(WorkKind.CONTRACT_EXPIRY)
    horizon = timezone.localdate(schedule.due_by_policy(policy, known, now).at)
    asked = WorkItem.objects.filter(
        kind=WorkKind.CONTRACT_EXPIRY, subject_type="orders.contract", subject_id=OuterRef("pk"),
        key=Cast(OuterRef("expiry_date"), CharField()),
    )  # fmt: skip
    ending = Contract.objects.ending_until(horizon).exclude(Exists(asked)).select_related("owner")
    rows = list(ending.order_by("expiry_date", "pk")[:BATCH])
    for contract in rows:
        assert contract.expiry_date
        noon = datetime.combine(contract.expiry_date, time(12), tzinfo=timezone.get_default_timezone())
        open_work(
            WorkKind.CONTRACT_EXPIRY, contract, by=by, role=Role.SALES, person=contract.owner,
            key=contract.expiry_date.isoformat(), due_at=max(noon, now), now=now,
        )  # fmt: skip
    return len(rows)


def lock_contract(contract: Contract, *, by: User) -> Contract:
    """The contract as it stands now, locked until the act ends; after the order where an act needs both.

    Raises NotPermitted("not_yours") when the person may not see it.
    """
    rows = Contract.objects.visible_to(by).select_related("customer", "owner").filter(pk=contract.pk)
    if connection.features.has_select_for_update_of:
        rows = rows.select_for_update(of=("self",))
    locked = rows.first()
    if locked is None:
        raise NotPermitted("not_yours", _("This contract is not yours to work on."))
    return locked


def _check(spec: ContractSpec) -> None:
    _check_lines(spec)
    if spec.expiry_date and spec.expiry_date < spec.effective_date:
        text = _("It would end before it begins.")
        raise DomainError("dates", text, fields={"expiry_date": [text]})
    if spec.quotation and spec.quotation.customer_id != spec.customer.pk:
        text = _("This quotation was made to another customer.")
        raise DomainError("quotation", text, fields={"quotation": [text]})


def _amount(spec: ContractSpec) -> Decimal:
    goods = (line.values(0, spec.currency)["amount"] for line in spec.lines)
    amount = sum(goods, Decimal(0)) if spec.kind == ContractKind.FRAMEWORK else spec.amount
    if amount > LARGEST:
        wrong = {"lines": [_("Check quantities and unit prices.")]}
        fields = wrong if spec.lines else {"amount": [_("Check the amount.")]}
        text = _("A contract is at most %(most)s.") % {"most": format_money(LARGEST, spec.currency)}
        raise DomainError("too_large", text, fields=fields)
    return quantize(amount, spec.currency)


def _write_lines(contract: Contract, spec: ContractSpec) -> list[AgreementLine]:
    """Nobody calls off from a draft, so its lines are simply written anew."""
    contract.lines.all().delete()
    return AgreementLine.objects.bulk_create(
        AgreementLine(
            contract=contract, position=position, product=line.product, quantity=line.quantity,
            unit_price=line.unit_price, minimum_quantity=line.minimum_quantity, valid_from=line.valid_from,
            valid_until=line.valid_until,
        )
        for position, line in enumerate(spec.lines, 1)
    )  # fmt: skip


def _check_lines(spec: ContractSpec) -> None:
    products = [line.product for line in spec.lines]
    problem: Any = ""
    if spec.kind == ContractKind.FRAMEWORK and not products:
        problem = _("A framework agreement names its goods.")
    elif spec.kind != ContractKind.FRAMEWORK and products:
        problem = _("Only a framework agreement has goods to call off.")
    elif not all(products) or len(set(products)) < len(products):
        problem = _("Choose a product in each line, each once.")
    elif any(line.quantity <= 0 for line in spec.lines):
        problem = _("Enter a quantity above zero in each line.")
    elif any(not 0 <= line.minimum_quantity <= line.quantity for line in spec.lines):
        problem = _("What is called off at least is no more than the whole quantity.")
    elif any(line.valid_from and line.valid_until and line.valid_until < line.valid_from for line in spec.lines):
        problem = _("A line would end before it begins.")
    if problem:
        raise DomainError("lines", problem, fields={"lines": [problem]})


def _content(contract: Contract, lines: Iterable[AgreementLine]) -> dict[str, Any]:
    """Everything a person writes on a contract, for the trail."""
    said = {name: str(getattr(contract, name) or "") for name in FIELDS}
    return {**said, "amount": f"{contract.amount:.2f}", "agreed_goods": agreed_content(lines)}


def require_contract(contract: Contract, statuses: Collection[str]) -> None:
    if contract.status not in statuses:
        raise Conflict(
            "status", _("The contract is “%(status)s” by now; this step no longer fits.")
            % {"status": contract.get_status_display()},
        )  # fmt: skip
