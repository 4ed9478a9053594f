"""The small parts of pages that are tags; the larger ones are templates in templates/ui/."""

from functools import lru_cache
from typing import Any

from django import template
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.forms import BoundField
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import badges
from core.form_fields import as_control, control_kind

register = template.Library()
MOST_FILTER_FIELDS = 2000
_FILTER_FIELDS: dict[Any, SafeString] = {}


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "truck" %}` beside words; with `label` where the icon stands alone. A page has a hundred of them."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, address
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>', css, address)


@register.simple_tag
def badge(label: Any, tone: str = "neutral", icon_name: str = "point") -> SafeString:
    """`{% badge _("Key customer") tone="info" icon_name="star" %}`"""
    return format_html('<span class="tag tone-{}">{}<span>{}</span></span>', tone, icon(icon_name), label)


@register.simple_tag
def status_badge(obj: Any, field: str = "status") -> SafeString:
    """`{% status_badge order %}`: the value's word, in the one look it has everywhere."""
    value = obj.get(field) if isinstance(obj, dict) else getattr(obj, field)
    if value in (None, ""):
        return SafeString("")
    return _status_badge(str(_label_of(obj, field, value)), *badges.look(value))


def _label_of(obj: Any, field: str, value: Any) -> Any:
    if not isinstance(obj, Model):
        return getattr(value, "label", value)
    return _labels(type(obj), field).get(value) or getattr(value, "label", value)


@lru_cache(maxsize=256)
def _labels(model: type[Model], field: str) -> dict[Any, Any]:
    """What get_FOO_display looks up; it puts the table together again for every row."""
    try:
        return dict(model._meta.get_field(field).flatchoices)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return {}


@lru_cache(maxsize=1024)
def _status_badge(label: str, tone: str, icon_name: str) -> SafeString:
    return badge(label, tone, icon_name)


@register.simple_block_tag
def card(content: str, title: Any = "", icon_name: str = "", card_id: str = "", flush: bool = False) -> SafeString:
    """`{% card title=_("Lines") icon_name="list" flush=True %}…{% endcard %}`; flush: a table to the edges."""
    context = {
        "content": content,
        "title": title,
        "icon_name": icon_name,
        "card_id": card_id or slugify(str(title)),
        "flush": flush,
    }
    return render_to_string("ui/card.html", context)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, css: str = "", label: Any = "", help_text: Any = "") -> dict[str, Any]:
    """`{% field form.customer css="wide" %}`: label above, control, help and errors under it."""
    return {
        "field": bound,
        "control": as_control(bound),
        "kind": control_kind(bound),
        "css": css,
        "label": label or bound.label,
        "help_text": help_text or bound.help_text,
    }


@register.simple_tag
def filter_field(filters: Any, bound: BoundField) -> SafeString:
    """A field of a filter panel. The same for most readers, and a dozen of them cost more than the list itself:
    kept per language, value and choices."""
    key = (type(filters), bound.name, get_language(), repr(bound.value()), _choices_of_now(bound.field))
    kept = _FILTER_FIELDS.get(key)
    if kept is None:
        kept = render_to_string("ui/field.html", field(bound, css="m-0"))
        if not bound.errors:
            _FILTER_FIELDS[key] = kept
            if len(_FILTER_FIELDS) > MOST_FILTER_FIELDS:
                _FILTER_FIELDS.clear()
    return kept


def _choices_of_now(asked: Any) -> Any:
    """Choices that come from the database; those written in the code do not change."""
    choices = getattr(asked, "choices", ())
    return () if isinstance(choices, list | tuple) else tuple((str(code), str(label)) for code, label in choices)


@register.simple_tag
def control(bound: BoundField, label: Any = "", placeholder: Any = "") -> SafeString:
    """The bare control in our look, for table cells; it is named by `label` or the field's own."""
    extra = {"placeholder": str(placeholder)} if placeholder else {}
    return as_control(bound, aria_label=str(label or bound.label), **extra)


@register.filter
def initials(name: Any) -> str:
    """王小明 -> 小明, Ada Lovelace -> AL."""
    words = str(name).split()
    if not words:
        return "?"
    if len(words) > 1 and words[0].isascii():
        return (words[0][0] + words[-1][0]).upper()
    return words[0][-2:] if not words[0].isascii() else words[0][:2].upper()


@register.filter
def role_names(codes: Any) -> str:
    """('finance', 'sales') -> "Finance, Sales", in the reader's language."""
    from_codes = dict(_roles())
    return _(", ").join(str(from_codes.get(code, code)) for code in codes)


@register.filter
def role_name(code: Any) -> str:
    return role_names([code]) if code else ""


def _roles() -> Any:
    related = get_user_model()._meta.get_field("role_assignments").related_model
    return related._meta.get_field("role").choices  # type: ignore[union-attr]
