"""What becomes of goods that did not pass: rework, concession by the general manager, or scrap (R4.9)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import StockLot
from catalog.services import lock_beyond, release_lot, write_down
from core import audit
from core.errors import Conflict, DomainError
from fulfillment import inspected
from fulfillment.choices import Disposition, InspectionKind
from fulfillment.models import Inspection, Nonconformity
from fulfillment.plan import Span
from fulfillment.services.plan import MAKERS, check_span, insert_step
from orders.services.steps import lock_order
from workflow.choices import Gate, WaiverStatus, WorkKind
from workflow.services import (
    answer_waiver,
    end_waivers,
    finish_work,
    open_work,
    request_waiver,
    use_waiver,
    valid_waiver,
    waivers_of,
)

DECIDERS = frozenset({Role.QUALITY, Role.PRODUCTION, Role.GENERAL_MANAGER})


@dataclass(frozen=True)
class Rework:
    """The step in which goods of an order are mended or made again."""

    name: str
    role: str
    planned_start: date
    planned_end: date


# --- what an inspection does to them; its subject is locked


def open_ones(subject: dict[str, Any], rows: Iterable[dict[str, Any]]) -> dict[int, Nonconformity]:
    """The open nonconformities of what is inspected, by the key its findings have."""
    found = Nonconformity.objects.open().select_related("rework_step", "inspection__by", "order")
    if subject.get("order") and not subject.get("requisition"):
        own = found.filter(order_line__in=[row["line"] for row in rows])
        return {each.order_line_id: each for each in own.select_for_update(of=("self",))}
    column = "lot" if subject.get("lot") else "requisition"
    own = found.filter(**{f"inspection__{column}": subject[column]}).order_by("pk")
    first = own.select_for_update(of=("self",)).first()
    return {0: first} if first else {}


def let_pass(rows: list[dict[str, Any]], known: dict[int, Nonconformity], step_id: int | None) -> None:
    """Mark the rows that a concession lets pass. Raises DomainError("undecided"), DomainError("rework")."""
    for row in rows:
        own = known.get(row["line"])
        if own is None:
            continue
        if not row["passed"]:
            row["conceded"] = bool(own.decision == Disposition.CONCESSION and valid_waiver(own, Gate.QUALITY))
        elif not own.decision:
            text = _("%(goods)s: decide first what becomes of what did not pass.")
            raise DomainError("undecided", text % {"goods": row["description"]})
        elif own.rework_step and not (own.rework_step.finished_at or own.rework_step_id == step_id):
            text = _("%(goods)s: “%(step)s” is not finished yet.")
            raise DomainError("rework", text % {"goods": row["description"], "step": own.rework_step.name})


def follow(inspection: Inspection, known: dict[int, Nonconformity], *, by: User, now: datetime) -> None:
    """Close what passed now, and open what did not; decided ones that failed again give way to a new one."""
    for row in inspection.items:
        own = known.get(row["line"])
        if row["passed"] or row.get("conceded"):
            if own is not None:
                _close(own, inspection, conceded=bool(row.get("conceded")), by=by, now=now)
            continue
        if own is not None and own.decision in (Disposition.REWORK, Disposition.SCRAP):
            _close(own, inspection, conceded=False, by=by, now=now)
            own = None
        if own is None:
            _open(inspection, row, by=by, now=now)


def _close(own: Nonconformity, inspection: Inspection, *, conceded: bool, by: User, now: datetime) -> None:
    if conceded:
        use_waiver(own, Gate.QUALITY, by=by, reference=inspection.about[:64], now=now)
    else:
        end_waivers(own, by=by, now=now)
    if inspection.lot_id:
        finish_work(WorkKind.INCOMING_INSPECTION, own, by=by, outcome=inspection.result, now=now)
    own.closed_at, own.closed_by_inspection = now, inspection
    own.save(update_fields=["closed_at", "closed_by_inspection"])
    audit.record("nonconformity.closed", own, by=by, note=inspection.remarks, now=now)


def _open(inspection: Inspection, row: dict[str, Any], *, by: User, now: datetime) -> None:
    of_line = inspection.kind != InspectionKind.INCOMING
    made = Nonconformity.objects.create(
        inspection=inspection, order=inspection.order, order_line_id=row["line"] if of_line else None,
        description=f"{row['description']}: {inspected.why(row)}"[:1000], opened_at=now,
    )  # fmt: skip
    _ask_for_decision(made, by=by, now=now)
    audit.record("nonconformity.opened", made, by=by, note=made.description, now=now)


def _ask_for_decision(own: Nonconformity, *, by: User, now: datetime) -> None:
    open_work(
        WorkKind.NONCONFORMITY, own.order or own, by=by, role=Role.QUALITY, key=str(own.pk),
        title=own.description[:120], url=own.get_absolute_url(), now=now,
    )  # fmt: skip


# --- the decision


@act("fulfillment.decide_nonconformity", roles=DECIDERS)
def decide_nonconformity(
    *, nonconformity: Nonconformity, decision: str, reason: str, by: User, rework: Rework | None = None,
    now: datetime | None = None,
) -> Nonconformity:  # fmt: skip
    """Rework or scrap of an order's goods puts a step into the plan of their line: they are mended, or made again.
    A concession is asked of the general manager. Scrap of a batch takes it out of stock.

    Raises DomainError("incomplete") by field, Conflict("decided") when somebody else did it.
    """
    now = now or timezone.now()
    own, lots = _locked(nonconformity, by)
    if own.decision or not own.is_open:
        raise Conflict("decided", _("It is decided already what becomes of these goods."))
    _check(own, decision, reason, rework, now)
    own.decision, own.reason, own.decided_by, own.decided_at = decision, reason.strip(), by, now
    if decision == Disposition.CONCESSION:
        request_waiver(own, gate=Gate.QUALITY, reason=own.reason[:500], by=by, now=now)
    elif own.order_line:
        assert rework is not None
        own.rework_step = _mend(own, rework, by=by, now=now)
    elif decision == Disposition.SCRAP:
        _take_out(own, lots, by=by, now=now)
    own.save()
    finish_work(WorkKind.NONCONFORMITY, own.order or own, by=by, outcome=decision, key=str(own.pk), now=now)
    if decision == Disposition.REWORK:
        _ask_for_incoming(own, by=by, now=now)
    audit.record("nonconformity.decided", own, by=by, changes={"decision": [None, decision]}, note=reason, now=now)
    return own


@act("fulfillment.answer_concession", roles={Role.GENERAL_MANAGER})
def answer_concession(
    *, nonconformity: Nonconformity, grant: bool, note: str = "", by: User, now: datetime | None = None
) -> Nonconformity:
    """The general manager lets the goods pass as they are, once, or not: then it is decided anew (R4.9, R14.4). A batch
    let pass is usable at once.

    Raises Conflict("waiver_status"), DomainError("note_missing"), NotPermitted("four_eyes") for whoever inspected,
    asked or sells.
    """
    now = now or timezone.now()
    own, lots = _locked(nonconformity, by)
    asked = waivers_of(own).filter(status=WaiverStatus.REQUESTED).first()
    if asked is None or not own.is_open:
        raise Conflict("waiver_status", _("Somebody else has already answered this."))
    answer_waiver(asked, grant=grant, note=note, by=by, now=now)
    if grant and own.inspection.lot_id:
        _let_batch_pass(own, lots, by=by, now=now)
    elif grant:
        _ask_for_incoming(own, by=by, now=now)
    if grant:
        return own
    own.decision, own.decided_by, own.decided_at = "", None, None
    own.save(update_fields=["decision", "decided_by", "decided_at"])
    _ask_for_decision(own, by=by, now=now)
    return own


def _locked(nonconformity: Nonconformity, by: User) -> tuple[Nonconformity, Mapping[int, StockLot]]:
    """It, and the lots of its goods where it is about a batch; an inspection locks them in this order, too."""
    lot_id, lots = nonconformity.inspection.lot_id, {}
    if nonconformity.order:
        lock_order(nonconformity.order, by=by)
    elif lot_id:
        lots = lock_beyond({lot_id: Decimal(0)})
    rows = Nonconformity.objects.select_related(
        "order", "order_line__order", "inspection__lot__product", "inspection__requisition", "inspection__step",
    )  # fmt: skip
    return rows.select_for_update(of=("self",)).get(pk=nonconformity.pk), lots


def _check(own: Nonconformity, decision: str, reason: str, rework: Rework | None, now: datetime) -> None:
    problems: dict[str, list[str]] = {}
    if decision not in Disposition.values:
        problems["decision"] = [_("Choose one.")]
    if not reason.strip():
        problems["reason"] = [_("Required.")]
    if own.order_line and decision in (Disposition.REWORK, Disposition.SCRAP):
        problems |= _check_rework(rework, now)
    if problems:
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)


def _check_rework(rework: Rework | None, now: datetime) -> dict[str, list[str]]:
    if rework is None:
        return {name: [_("Required.")] for name in ("name", "role", "planned_start", "planned_end")}
    problems = {} if rework.name.strip() else {"name": [_("Required.")]}
    if rework.role not in MAKERS:
        problems["role"] = [_("Choose one.")]
    return problems | check_span(rework.planned_start, rework.planned_end, now)


def _mend(own: Nonconformity, rework: Rework, *, by: User, now: datetime) -> Any:
    """After the step that did not pass, and looked at again there; after a final inspection at the end."""
    assert own.order_line is not None
    step = own.inspection.step
    return insert_step(
        own.order_line, rework.name.strip(), rework.role, Span(rework.planned_start, rework.planned_end),
        after=step, is_inspected=step is not None, by=by, now=now,
    )  # fmt: skip


def _take_out(own: Nonconformity, lots: Mapping[int, StockLot], *, by: User, now: datetime) -> None:
    """Nothing is left of the batch to be inspected."""
    if lot := lots.get(own.inspection.lot_id or 0):
        write_down(lot, Decimal(0), lots, reason=own.reason, by=by, now=now)
    own.closed_at = now


def _let_batch_pass(own: Nonconformity, lots: Mapping[int, StockLot], *, by: User, now: datetime) -> None:
    """Goods that lie in stock need no second look: what was found is known, and let pass."""
    assert own.inspection.lot_id
    use_waiver(own, Gate.QUALITY, by=by, reference=own.inspection.about[:64], now=now)
    release_lot(lots[own.inspection.lot_id], by=by, note=own.reason, now=now)
    own.closed_at = now
    own.save(update_fields=["closed_at"])
    audit.record("nonconformity.closed", own, by=by, note=own.reason, now=now)


def _ask_for_incoming(own: Nonconformity, *, by: User, now: datetime) -> None:
    """What was bought in is looked at again, and a batch; steps and orders have their inspection still to be done."""
    bought, lot = own.inspection.requisition, own.inspection.lot
    if bought is not None:
        open_work(WorkKind.INCOMING_INSPECTION, bought, by=by, role=Role.QUALITY, title=bought.title[:120], now=now)
    elif lot is not None:
        url = reverse("fulfillment:lot-inspection", args=[lot.pk])
        open_work(
            WorkKind.INCOMING_INSPECTION, own, by=by, role=Role.QUALITY, title=own.description[:120], url=url, now=now
        )  # fmt: skip
