"""How a form field looks: the CSS class its widget needs and what a screen reader is told."""

from typing import Any

from django.forms import BoundField, widgets
from django.utils.safestring import SafeString

CHOICE_LISTS = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def control_kind(bound: BoundField) -> str:
    """hidden, check, choices, many (several inputs under one label) or plain."""
    widget = bound.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, CHOICE_LISTS):
        return "choices"
    return "many" if isinstance(widget, widgets.MultiWidget) else "plain"


def css_class(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, widgets.CheckboxInput | widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "form-check-input"
    if isinstance(widget, widgets.Select):
        return "form-select"
    return "form-control"


def as_control(bound: BoundField, **aria: str) -> SafeString:
    """The widget in our look; Django itself ties help and errors to it by aria-describedby."""
    given = bound.field.widget.attrs.get("class", "")
    invalid = "is-invalid" if bound.errors else ""
    attrs: dict[str, Any] = {"class": " ".join(filter(None, [css_class(bound), given, invalid]))}
    attrs.update({name.replace("_", "-"): value for name, value in aria.items()})
    return bound.as_widget(attrs=attrs)
