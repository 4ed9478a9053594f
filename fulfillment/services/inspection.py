"""Final inspection: only what passed goes into stock for its order (R4.9, R5.9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import StockReservation
from catalog.services import receive_reserved
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.errors import DomainError
from fulfillment.choices import InspectionKind, InspectionResult
from fulfillment.models import Inspection
from orders.models import Order, OrderLine
from orders.services import record_final_inspection
from orders.services.steps import lock_order
from workflow.choices import HoldKind
from workflow.services import active_holds, place_hold


@dataclass(frozen=True)
class ItemFinding:
    """What was found on one order line."""

    passed: bool
    remark: str = ""


@act("fulfillment.record_inspection", roles={Role.QUALITY})
def record_inspection(
    *,
    order: Order,
    findings: Mapping[int, ItemFinding],
    by: User,
    remarks: str = "",
    hold: bool = False,
    photos: Sequence[UploadedFile] = (),
    now: datetime | None = None,
) -> Inspection:
    """Record the final inspection by order line key; it passes when every line does.

    Passed: goods not taken from stock are received under the order's number as batch and reserved for it.
    Failed: the order stays open with the reasons, and with `hold` it stands still until quality releases it.
    Raises DomainError("incomplete") for a line without a finding or a failure without a remark.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    lines = list(order.lines.select_related("product").order_by("product_id", "pk"))
    _check(lines, findings)
    passed = all(finding.passed for finding in findings.values())
    order = record_final_inspection(
        order=order, passed=passed, by=by, note=remarks or _reasons(lines, findings), now=now
    )
    inspection = Inspection.objects.create(
        order=order, kind=InspectionKind.FINAL, items=_items(lines, findings), remarks=remarks.strip(), by=by, at=now,
        result=InspectionResult.PASSED if passed else InspectionResult.FAILED,
    )  # fmt: skip
    for photo in photos:
        attach_file(inspection, upload=photo, kind=AttachmentKind.PHOTO, by=by, now=now)
    if passed:
        _receive(order, lines, by=by, now=now)
    elif hold and not active_holds(order).filter(kind=HoldKind.QUALITY).exists():
        place_hold(order, kind=HoldKind.QUALITY, reason=_reasons(lines, findings)[:500], by=by, now=now)
    return inspection


def _check(lines: Sequence[OrderLine], findings: Mapping[int, ItemFinding]) -> None:
    problems: dict[str, list[str]] = {}
    for line in lines:
        finding = findings.get(line.pk)
        if finding is None:
            problems[f"result_{line.pk}"] = [_("Say whether it passed.")]
        elif not finding.passed and not finding.remark.strip():
            problems[f"remark_{line.pk}"] = [_("Say what is wrong.")]
    if problems or set(findings) - {line.pk for line in lines}:
        raise DomainError("incomplete", _("The inspection is incomplete."), fields=problems)


def _items(lines: Sequence[OrderLine], findings: Mapping[int, ItemFinding]) -> list[dict[str, object]]:
    return [
        {"line": line.pk, "position": line.position, "description": line.description,
         "passed": findings[line.pk].passed, "remark": findings[line.pk].remark.strip()}
        for line in sorted(lines, key=lambda line: line.position)
    ]  # fmt: skip


def _reasons(lines: Sequence[OrderLine], findings: Mapping[int, ItemFinding]) -> str:
    failed = (line for line in lines if not findings[line.pk].passed)
    return "; ".join(f"{line.position}. {line.description}: {findings[line.pk].remark.strip()}" for line in failed)


def _receive(order: Order, lines: Sequence[OrderLine], *, by: User, now: datetime) -> None:
    """Lines come in the order of their products: the order in which stock is locked everywhere."""
    held = dict(
        StockReservation.objects.filter(reference=order.number)
        .values_list("line_id")
        .annotate(Sum("quantity"))
        .order_by()
    )
    for line in lines:
        made = line.quantity - line.quantity_shipped - held.get(line.pk, Decimal(0))
        if line.product is not None and made > 0:
            receive_reserved(
                order.number or "", line_id=line.pk, product=line.product, quantity=made, batch=order.number or "",
                by=by, now=now,
            )  # fmt: skip
