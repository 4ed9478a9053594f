"""What the warehouse fills in before goods leave."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, WordsField
from fulfillment.models import DeliveryCheck


class PreparationForm(forms.Form):
    inspection_report = forms.CharField(label=_("Inspection report"), max_length=120)
    packaging = forms.CharField(
        label=_("Packaging check"), max_length=300, help_text=_("What the goods are packed in, and how it was found.")
    )


class CheckForm(forms.Form):
    """A box for each thing looked at; what stays empty needs a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in DeliveryCheck.ITEMS:
            self.fields[name] = forms.BooleanField(label=DeliveryCheck.label_of(name), required=False)
        self.fields["note"] = forms.CharField(
            label=_("What is not in order"), required=False, max_length=500, help_text=_("When a box stays empty.")
        )


class ShortageForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)
    new_date = DateField(label=_("New date"), help_text=_("When the goods can leave."))


class MeasureForm(forms.Form):
    """The date is asked for where nobody has named one yet."""

    measure = WordsField(label=_("How the goods are got"), max_length=500)
    new_date = DateField(label=_("New date"), help_text=_("When the goods can leave."))

    def __init__(self, *args: Any, is_dated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_dated:
            del self.fields["new_date"]
