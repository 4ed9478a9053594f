"""What is said of goods on their way."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import AmountField, DateField, DateTimeField, WordsField
from fulfillment.choices import IncidentKind, Responsible, TransportEventKind
from fulfillment.forms.fields import FilesField


class EventForm(forms.Form):
    kind = forms.ChoiceField(label=_("Event"), choices=TransportEventKind.choices)
    at = DateTimeField(label=_("Time"), required=False, help_text=_("Empty: now."))
    place = forms.CharField(label=_("Place"), max_length=120, required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class IncidentForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=IncidentKind.choices)
    description = WordsField(label=_("What happened"), max_length=500)
    new_date = DateField(
        label=_("New date of arrival"), required=False,
        help_text=_("If it is known. Of a delay it becomes the expected arrival."),
    )  # fmt: skip
    photos = FilesField(label=_("Photos"), required=False, accept="image/*")


class OutcomeForm(forms.Form):
    responsible = forms.ChoiceField(label=_("Who answers for it"), choices=[("", "–"), *Responsible.choices])
    measure = WordsField(label=_("Measure"), max_length=500, help_text=_("What was done, and what keeps it away."))
    cost = AmountField(label=_("Cost (yuan)"), decimal_places=2, min_value=Decimal(0), required=False)
    penalty = AmountField(label=_("Penalty (yuan)"), decimal_places=2, min_value=Decimal(0), required=False)
