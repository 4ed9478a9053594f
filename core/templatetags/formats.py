"""Filters around core.formats; nothing (None, "") becomes a dash."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats

register = template.Library()
DASH = "–"


def _shown(value: Any, write: Callable[..., str], *extra: Any) -> str:
    return DASH if value is None or value == "" else write(value, *extra)


@register.filter
def money(value: Any, currency: str = "CNY") -> str:
    """{{ order.total|money:order.currency }} -> ¥12,345.60"""
    return _shown(value, formats.amount, currency or "CNY")


@register.filter
def quantity(value: Any, unit: str = "") -> str:
    """{{ line.quantity|quantity:line.unit }} -> 1,200 pcs"""
    return _shown(value, formats.quantity, unit)


@register.filter
def number(value: Any, places: int | None = None) -> str:
    """{{ count|number }} -> 12,345; {{ rate|number:1 }} -> 97.5"""
    return _shown(value, formats.group, places)


@register.filter
def percent(value: Any, places: int = 1) -> str:
    """{{ 0.975|percent }} -> 97.5 %"""
    return _shown(value, lambda v: _("%(number)s %%") % {"number": formats.group(float(v) * 100, places)})


@register.filter
def day(value: Any) -> str:
    return _shown(value, formats.day)


@register.filter
def weekday(value: Any) -> str:
    return _shown(value, formats.weekday)


@register.filter
def month(value: Any) -> str:
    return _shown(value, formats.month)


@register.filter
def moment(value: Any) -> str:
    return _shown(value, formats.moment)


@register.filter
def moment_long(value: Any) -> str:
    return _shown(value, formats.moment_long)


@register.filter
def when(value: Any) -> SafeString | str:
    """A <time> element: short words, the full date on hover."""
    if not value:
        return DASH
    short = formats.moment(value)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), formats.moment_long(value), short)
