"""The customer's word on a shipment, on a telephone or on paper (R6.2, R6.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.context import current_request
from core.errors import Conflict, DomainError
from core.masking import mask_name
from fulfillment.choices import Criterion, LineResult, ShipmentStatus, Via
from fulfillment.documents import issue_acceptance_slip
from fulfillment.models import Acceptance, AcceptanceLine, Shipment, ShipmentLine
from fulfillment.services.photos import attach_photos
from fulfillment.services.problems import accept_order_if_complete, issue_records, open_problems
from fulfillment.services.shipments import lock_shipment, require_shipment
from fulfillment.services.trail import enter_trail
from fulfillment.services.transport import end_wait
from fulfillment.signature import read_signature
from fulfillment.signing import find_shipment
from orders.services import record_acceptance
from orders.services.steps import lock_order
from workflow.choices import WorkKind
from workflow.services import finish_work

WORST_FIRST = (LineResult.REFUSED, LineResult.RESERVATION, LineResult.ACCEPTED)


@dataclass(frozen=True)
class LineWord:
    """What the customer says of one shipment line: by criterion, or in one `result` for all of them."""

    quantity: Decimal
    result: str = LineResult.ACCEPTED
    remark: str = ""
    criteria: Mapping[str, str] = field(default_factory=dict)

    def judged(self) -> dict[str, str]:
        return {name: self.criteria.get(name, "" if self.criteria else self.result) for name in Criterion.values}

    def unsaid(self) -> list[str]:
        return [name for name, said in self.judged().items() if said not in LineResult.values]

    def counted(self, sent: Decimal) -> Self:
        """Fewer than were sent is a quantity with reservation, whatever was tapped beside the number."""
        judged = self.judged()
        if self.quantity < sent and judged[Criterion.QUANTITY] == LineResult.ACCEPTED:
            return replace(self, criteria={**judged, Criterion.QUANTITY: LineResult.RESERVATION})
        return self

    def overall(self) -> str:
        """The worst of the four; the caller has seen to it that all are known."""
        words = set(self.judged().values())
        return next(result for result in WORST_FIRST if result in words)


@act("fulfillment.accept_shipment", roles={Role.SALES, Role.INSIDE_SALES, Role.LOGISTICS, Role.WAREHOUSE})
def accept_shipment(
    *,
    shipment: Shipment,
    words: Mapping[int, LineWord],
    signer_name: str,
    scan: UploadedFile | None,
    by: User,
    signed_at: datetime | None = None,
    remarks: str = "",
    photos: Sequence[UploadedFile] = (),
    now: datetime | None = None,
) -> Acceptance:
    """Record a delivery note signed on paper, with its scan; `words` by shipment line key.

    Raises DomainError("incomplete") with the fields, DomainError("signed_at") for a time to come or before the goods
    left, Conflict("status") when it is not under way.
    """
    now = now or timezone.now()
    if scan is None:
        text = _("Add the scan of the signed paper.")
        raise DomainError("scan", text, fields={"scan": [text]})
    if signed_at and signed_at > now:
        raise DomainError("signed_at", _("This time has not come yet."), fields={"signed_at": [_("In the future.")]})
    shipment = _locked(shipment, by=by)
    left = shipment.shipped_at and shipment.shipped_at.replace(second=0, microsecond=0)  # forms tell minutes
    if signed_at and left and signed_at < left:
        text = _("That was before the goods left.")
        raise DomainError("signed_at", text, fields={"signed_at": [text]})
    acceptance = Acceptance(via=Via.PAPER, signer_name=signer_name.strip(), signed_at=signed_at or now, remarks=remarks)
    _accept(shipment, acceptance, words, by=by, now=now)
    attach_file(shipment, upload=scan, kind=AttachmentKind.SIGNED_NOTE, by=by, now=now)
    attach_photos(shipment, photos, by=by, now=now)
    issue_records(acceptance, by=by, now=now)
    return acceptance


@act("fulfillment.sign_delivery", roles=())
def sign_delivery(
    *,
    token: str,
    words: Mapping[int, LineWord],
    signer_name: str,
    by: User,
    signature: str = "",
    typed: bool = False,
    remarks: str = "",
    photos: Sequence[UploadedFile] = (),
    now: datetime | None = None,
) -> Acceptance:
    """The customer signs by the link on the delivery note; only the system acts here, the link is the permission.

    Sent again after a broken connection it answers with what stands already and changes nothing.
    Raises Conflict("link") for an unknown link, Conflict("expired"), DomainError("signature") when neither drawn nor
    `typed` in place of it, DomainError("incomplete") with the fields.
    """
    now = now or timezone.now()
    found = find_shipment(token)
    if found is None:
        raise Conflict("link", _("This link is not valid."))
    shipment = _locked(found, by=by)
    if shipment.status == ShipmentStatus.ACCEPTED:
        return shipment.acceptance
    # Renewed between the look and the lock: the paper in the customer's hand is no longer the one in force.
    if shipment.signing_hash != found.signing_hash or shipment.signing_has_expired(now):
        raise Conflict("expired", _("This link has expired. Ask the sender for a new one."))
    drawn = read_signature(signature)
    if drawn is None and not typed:
        text = _("Please sign in the field.")
        raise DomainError("signature", text, fields={"signature": [text]})
    acceptance = Acceptance(via=Via.PHONE, signer_name=signer_name.strip(), signed_at=now, remarks=remarks.strip())
    acceptance.signature, acceptance.ip = drawn, current_request().ip
    _accept(shipment, acceptance, words, by=by, now=now)
    attach_photos(shipment, photos, by=by, now=now)
    issue_records(acceptance, by=by, now=now)
    return acceptance


def _locked(shipment: Shipment, *, by: User) -> Shipment:
    order = lock_order(shipment.order, by=by)
    shipment = lock_shipment(shipment)
    shipment.order = order
    return shipment


def _accept(
    shipment: Shipment, acceptance: Acceptance, words: Mapping[int, LineWord], *, by: User, now: datetime
) -> None:
    require_shipment(shipment, ShipmentStatus.DISPATCHED)
    lines = {line.pk: line for line in shipment.lines.select_related("order_line").order_by("pk")}
    _check(acceptance, lines, words)
    words = {key: word.counted(lines[key].quantity) for key, word in words.items()}
    results = {word.overall() for word in words.values()}
    acceptance.shipment, acceptance.by, acceptance.at = shipment, by, now
    acceptance.result = next(result for result in WORST_FIRST if result in results)
    acceptance.save(force_insert=True)
    rows = AcceptanceLine.objects.bulk_create(_row(acceptance, line, words[line.pk]) for line in lines.values())
    shipment.status, shipment.accepted_at = ShipmentStatus.ACCEPTED, acceptance.signed_at
    shipment.save(update_fields=["status", "accepted_at"])
    taken = {row.shipment_line.order_line_id: _taken(row) for row in rows}
    record_acceptance(order=shipment.order, quantities=taken, by=by, now=now)
    enter_trail(shipment, "accepted", by=by, now=now, note=mask_name(acceptance.signer_name))
    finish_work(WorkKind.ACCEPTANCE, shipment.order, by=by, outcome=acceptance.result, key=str(shipment.pk), now=now)
    end_wait(shipment, "accepted", by=by, now=now)
    issue_acceptance_slip(acceptance, by=by, now=now)
    open_problems(acceptance, rows, by=by, now=now)
    accept_order_if_complete(shipment.order, by=by, now=now)


def _row(acceptance: Acceptance, line: ShipmentLine, word: LineWord) -> AcceptanceLine:
    return AcceptanceLine(
        acceptance=acceptance, shipment_line=line, quantity_received=word.quantity, result=word.overall(),
        remark=word.remark.strip(), **{f"of_{name}": said for name, said in word.judged().items()},
    )  # fmt: skip


def _taken(row: AcceptanceLine) -> Decimal:
    return Decimal(0) if row.result == LineResult.REFUSED else row.quantity_received


def _check(acceptance: Acceptance, lines: Mapping[int, ShipmentLine], words: Mapping[int, LineWord]) -> None:
    problems: dict[str, list[Any]] = {}
    if not acceptance.signer_name:
        problems["signer_name"] = [_("Enter the name of who signs.")]
    for key, line in lines.items():
        word = words.get(key)
        if word is None or word.unsaid():
            names = Criterion.values if word is None else word.unsaid()
            problems |= {f"of_{name}_{key}": [_("Choose one.")] for name in names}
        elif not 0 <= word.quantity <= line.quantity:
            most = f"{line.quantity.normalize():f}"
            problems[f"quantity_{key}"] = [_("Between 0 and %(most)s.") % {"most": most}]
        elif word.overall() != LineResult.ACCEPTED and not word.remark.strip():
            problems[f"remark_{key}"] = [_("Say what is wrong.")]
    if problems or set(words) - set(lines):
        raise DomainError("incomplete", _("Please correct the marked fields."), fields=problems)
