"""What can be made in a week, and what is made first."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import ProductFamily
from core.forms import DateField, WordsField
from fulfillment.capacity import Ranked
from fulfillment.forms.fields import quantity_field


class CapacityForm(forms.Form):
    family = forms.ModelChoiceField(ProductFamily.objects.all(), label=_("Family"))
    week = DateField(label=_("Week"), required=False, help_text=_("Any day of it; empty: the standard of every week."))
    quantity = quantity_field(
        label=_("Pieces a week"), required=False, help_text=_("Empty: no limit, or the standard again.")
    )


class CapacityDecisionForm(forms.Form):
    """A row for each line of the week: whoever is moved gets a new day."""

    note = WordsField(label=_("Word on the decision"), required=False, max_length=1000)

    def __init__(self, *args: Any, ranked: Sequence[Ranked], next_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ranked = ranked
        for row in ranked:
            self.fields[f"moved_{row.line.pk}"] = forms.BooleanField(
                label=_("Move"), required=False, initial=not row.fits
            )
            self.fields[f"date_{row.line.pk}"] = DateField(label=_("New date"), required=False, initial=next_day)

    def rows(self) -> list[tuple[Ranked, forms.BoundField, forms.BoundField]]:
        return [(row, self[f"moved_{row.line.pk}"], self[f"date_{row.line.pk}"]) for row in self.ranked]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row in self.ranked:
            if data.get(f"moved_{row.line.pk}") and not data.get(f"date_{row.line.pk}"):
                self.add_error(f"date_{row.line.pk}", _("Required."))
        return data

    def moved(self) -> dict[int, date]:
        data = self.cleaned_data
        return {row.line.pk: data[f"date_{row.line.pk}"] for row in self.ranked if data[f"moved_{row.line.pk}"]}
