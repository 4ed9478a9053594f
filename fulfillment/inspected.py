"""What is looked at in an inspection, and how findings are judged against the items of the templates (R4.9)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import StockLot
from core.errors import DomainError
from fulfillment.choices import InspectionKind, InspectionResult
from fulfillment.models import InspectionTemplate, Requisition
from orders.models import Order, OrderLine


@dataclass(frozen=True)
class Goods:
    """What one finding is about; of an order each line, else the one thing there is. `pk` is the line's, else 0."""

    pk: int
    position: int
    description: str
    specification: str
    quantity: Decimal | None
    unit: str
    family_id: int | None
    items: Sequence[InspectionTemplate] = ()


@dataclass(frozen=True)
class CheckFinding:
    """What was found at one item: a number where the item has limits, else whether it passed."""

    passed: bool = True
    measured: str = ""


@dataclass(frozen=True)
class ItemFinding:
    """What was found on one line; `checks` by the key of the item."""

    passed: bool
    remark: str = ""
    checks: Mapping[int, CheckFinding] = field(default_factory=dict)


def goods_of_order(order: Order, lines: Iterable[OrderLine] | None = None) -> list[Goods]:
    rows = order.lines.select_related("product").order_by("position") if lines is None else lines
    return with_items(InspectionKind.FINAL, [_of_line(line) for line in rows])


def goods_of_line(line: OrderLine) -> list[Goods]:
    return with_items(InspectionKind.IN_PROCESS, [_of_line(line)])


def goods_of_lot(lot: StockLot) -> list[Goods]:
    product = lot.product
    own = Goods(0, 1, product.name, f"{product.code} {lot.batch}", lot.on_hand, product.unit, product.family_id)
    return with_items(InspectionKind.INCOMING, [own])


def goods_of_requisition(bought: Requisition) -> list[Goods]:
    own = Goods(0, 1, bought.title, bought.specification, bought.quantity, bought.unit, None)
    return with_items(InspectionKind.INCOMING, [own])


def _of_line(line: OrderLine) -> Goods:
    family = line.product.family_id if line.product else None
    return Goods(line.pk, line.position, line.description, line.specification, line.quantity, line.unit, family)


def with_items(kind: str, goods: Sequence[Goods]) -> list[Goods]:
    """Each with the items of its family, or those of all where the family has none. One query."""
    families = {each.family_id for each in goods} - {None}
    rows = InspectionTemplate.objects.filter(kind=kind, is_active=True).order_by("position")
    by_family: dict[int | None, list[InspectionTemplate]] = {}
    for item in rows.filter(Q(family=None) | Q(family__in=families)):
        by_family.setdefault(item.family_id, []).append(item)
    general = by_family.get(None, [])
    return [
        Goods(**{**vars(each), "items": by_family.get(each.family_id) or general})
        for each in goods
    ]  # fmt: skip


def judge(goods: Sequence[Goods], findings: Mapping[int, ItemFinding]) -> list[dict[str, Any]]:
    """The rows that are kept. A measure beyond its limits fails its goods whatever else was said.

    Raises DomainError("incomplete") by field for goods or an item without a finding, or a failure without a word.
    """
    problems: dict[str, list[str]] = {}
    rows = [_row(each, findings.get(each.pk), problems) for each in goods]
    if problems or set(findings) - {each.pk for each in goods}:
        raise DomainError("incomplete", _("The inspection is incomplete."), fields=problems)
    return [row for row in rows if row is not None]


def _row(goods: Goods, finding: ItemFinding | None, problems: dict[str, list[str]]) -> dict[str, Any] | None:
    if finding is None:
        problems[f"result_{goods.pk}"] = [_("Say whether it passed.")]
        return None
    checks = [_check(goods, item, finding.checks.get(item.pk), problems) for item in goods.items]
    failed = [check["item"] for check in checks if not check["passed"]]
    if not finding.passed and not failed and not finding.remark.strip():
        problems[f"remark_{goods.pk}"] = [_("Say what is wrong.")]
    return {
        "line": goods.pk, "position": goods.position, "description": goods.description,
        "passed": finding.passed and not failed, "remark": finding.remark.strip(), "checks": checks,
    }  # fmt: skip


def _check(
    goods: Goods, item: InspectionTemplate, found: CheckFinding | None, problems: dict[str, list[str]]
) -> dict[str, Any]:
    measured = (found.measured if found else "").strip()
    passed = bool(found and found.passed)
    if item.is_measured:
        number = _number(measured)
        if number is None:
            problems[f"measured_{item.pk}_{goods.pk}"] = [_("Enter what was measured.")]
        passed = number is not None and within(item, number)
    elif found is None:
        problems[f"check_{item.pk}_{goods.pk}"] = [_("Say whether it passed.")]
    return {
        "item": item.item, "standard": item.standard or limits(item), "measured": measured, "unit": item.unit,
        "passed": passed,
    }  # fmt: skip


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def within(item: InspectionTemplate, number: Decimal) -> bool:
    low, high = item.minimum, item.maximum
    return (low is None or number >= low) and (high is None or number <= high)


def limits(item: InspectionTemplate) -> str:
    """“4.75–5.25 V”, “≥ 10 mm”; nothing without limits."""
    low, high = (f"{n.normalize():f}" if n is not None else "" for n in (item.minimum, item.maximum))
    text = f"{low}–{high}" if low and high else f"≥ {low}" if low else f"≤ {high}" if high else ""
    return f"{text} {item.unit}".strip() if text else ""


def told(inspection: Any) -> list[str]:
    """An inspection in sentences: what was found of each thing, with every measure."""
    return [f"{inspection.get_kind_display()}: {inspection.get_result_display()}", *map(_said, inspection.items)] + (
        [inspection.remarks] if inspection.remarks else []
    )


def _said(row: Mapping[str, Any]) -> str:
    """“1. Edge box: Failed, power supply 12.9 V (11.4–12.6 V) Failed”"""
    word = {True: InspectionResult.PASSED.label, False: InspectionResult.FAILED.label}
    checks = [
        " ".join(filter(None, [check["item"], check["measured"], check["unit"] if check["measured"] else "",
                               f"({check['standard']})" if check["standard"] else "", str(word[check["passed"]])]))
        for check in row.get("checks", ())
    ]  # fmt: skip
    parts = [str(word[bool(row["passed"] or row.get("conceded"))]), row["remark"], *checks]
    return f"{row['position']}. {row['description']}: " + _(", ").join(filter(None, parts))


def reasons(rows: Iterable[Mapping[str, Any]]) -> str:
    """What failed and why, in one line."""
    return "; ".join(
        f"{row['position']}. {row['description']}: {why(row)}" for row in rows if not row["passed"]
    )  # fmt: skip


def why(row: Mapping[str, Any]) -> str:
    """The remark, and the items that failed with what was measured."""
    failed = (check for check in row.get("checks", ()) if not check["passed"])
    said = [" ".join(filter(None, [check["item"], check["measured"], check["unit"]])) for check in failed]
    return ", ".join(filter(None, [row["remark"], *said]))
