"""Form fields and widgets shared by all pages. The look comes from `{% field %}`, not from the form."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.weeks import EARLIEST, LATEST


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page says what will happen."""


class DateInput(forms.DateInput):
    """The browser's own calendar; the value travels as 2026-11-21 in every language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def within_calendar(value: date | datetime) -> None:
    """Years that dates can be reckoned with; what a thing allows beyond that, its service says."""
    day = value.date() if isinstance(value, datetime) else value
    if not EARLIEST <= day < LATEST:
        raise forms.ValidationError(_("Enter a date between %(first)s and %(last)s.") % {
            "first": EARLIEST.year, "last": LATEST.year - 1,
        })  # fmt: skip


class DateField(forms.DateField):
    widget = DateInput
    input_formats = ("%Y-%m-%d",)  # type: ignore[assignment]
    default_validators = [within_calendar]


class DateTimeField(forms.DateTimeField):
    widget = DateTimeInput
    default_validators = [within_calendar]


class WordsField(forms.CharField):
    """A remark of some lines."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 3, "data-grow": True}
        super().__init__(**{"widget": forms.Textarea(attrs=attrs), "max_length": 4000, **kwargs})


class AmountField(forms.DecimalField):
    """Money or quantity: a telephone shows digits, the desk keeps its own way of typing."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        super().__init__(**{"max_digits": 16, "widget": forms.TextInput(attrs=attrs), **kwargs})

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", "").replace("\uff0c", "") if isinstance(value, str) else value)


class PlainModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fields and starting values of the model. The instance stays untouched: the service says what is right."""

    def _post_clean(self) -> None:
        pass


class ReasonForm(forms.Form):
    """A refusal, a hold, a cancellation: never without a word."""

    reason = WordsField(label=_("Reason"), max_length=1000)
