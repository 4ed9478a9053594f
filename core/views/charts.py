"""What templates/ui/chart.html draws: a chart and the same as a table."""

from collections.abc import Callable, Sequence
from typing import Any

from core.templatetags.formats import number


def chart(
    chart_id: str,
    *,
    title: Any,
    labels: Sequence[Any],
    series: Sequence[tuple[Any, Sequence[Any]]],
    kind: str = "line",
    stacked: bool = False,
    shown: Callable[[Any], str] = number,
) -> dict[str, Any]:
    """`series`: (label, values) each; `shown` writes a value for the table."""
    return {
        "data_id": f"{chart_id}-data",
        "id": chart_id,
        "title": str(title),
        "kind": kind,
        "stacked": stacked,
        "labels": [str(label) for label in labels],
        "series": [{"label": str(label), "values": [float(value) for value in values]} for label, values in series],
        "rows": [
            [str(label), *(shown(values[index]) for _label, values in series)] for index, label in enumerate(labels)
        ],
    }
