"""For issued papers, whose data is JSON: numbers and dates come as text."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.utils.translation import get_language

from core.money import rmb_capital

register = template.Library()


@register.filter
def as_date(value: Any) -> date | str:
    """'2026-11-21' (or a moment) as a date, for {{ …|as_date|day }}; '' for nothing."""
    if not value:
        return ""
    text = str(value)
    return date.fromisoformat(text) if len(text) == 10 else as_moment(text)


@register.filter
def as_moment(value: Any) -> Any:
    return datetime.fromisoformat(str(value)) if value else ""


@register.simple_tag
def capital_amount(amount: Any, currency: str = "CNY") -> str:
    """人民币壹佰元整 on Chinese papers in CNY, else '': `{% capital_amount data.total data.currency as capital %}`."""
    if currency != "CNY" or not is_chinese():
        return ""
    try:
        return rmb_capital(Decimal(str(amount)))
    except InvalidOperation:
        return ""


@register.simple_tag
def in_language(chinese: Any, english: Any) -> str:
    """The one in the paper's language; the other where that is missing."""
    first, second = (chinese, english) if is_chinese() else (english, chinese)
    return str(first or second or "")


@register.inclusion_tag("documents/_signature_box.html")
def signature_box(label: Any, name: str = "", image: str = "", day: str = "") -> dict[str, Any]:
    """`{% signature_box _("Customer") name=data.signer image=data.signature day=data.signed_on %}`"""
    return {"label": label, "name": name, "image": image, "day": day}


def is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
