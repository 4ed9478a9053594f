"""Order table 2 of regulation D, order follow-up progress (訂單跟進進度表), with exactly its columns."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from core import formats
from core.imports.files import download
from fulfillment.models import FollowUp

# As the regulation prints them: the form keeps its traditional characters in the Chinese interface too.
CHINESE = (
    "訂單編號", "當前階段", "負責人", "計劃完成時間", "實際完成時間", "跟進記錄", "存在問題", "解決措施",
    "下一步計劃",
)  # fmt: skip
ENGLISH = (
    "Order number", "Current stage", "Responsible", "Planned completion", "Actual completion", "Follow-up record",
    "Problem", "Measure", "Next step",
)  # fmt: skip


def table2_head() -> Sequence[str]:
    return CHINESE if formats.is_chinese() else ENGLISH


def export_table2(queryset: QuerySet[FollowUp], fmt: str) -> HttpResponseBase:
    """`queryset` as the person may see it; `fmt` csv or xlsx."""
    return download(fmt, f"follow-ups-{timezone.localdate():%Y%m%d}", table2_head(), table2_rows(queryset))


def table2_rows(queryset: QuerySet[FollowUp]) -> Iterator[list[Any]]:
    nothing = _("none")
    for row in queryset.select_related("order", "responsible").iterator(chunk_size=500):
        yield [
            row.order.number or "",
            row.get_stage_display(),
            str(row.responsible),
            _day(row.planned_date),
            _day(row.actual_date),
            row.record,
            row.problem or nothing,
            row.measure or nothing,
            row.next_step,
        ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
