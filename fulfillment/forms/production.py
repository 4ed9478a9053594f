"""Production's answer and its settlement with the customer."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, WordsField
from fulfillment.forms.fields import LinesForm
from orders.models import OrderLine


class ProductionReplyForm(LinesForm):
    """One day for all, or a day of its own for a line; an order of one line asks once."""

    line_fields = ("promise_date",)

    promise_date = DateField(
        label=_("Delivery date"), required=False, help_text=_("When the goods are ready to leave.")
    )
    remarks = WordsField(label=_("Remarks"), required=False)

    def __init__(self, *args: Any, lines: Iterable[Any], **kwargs: Any) -> None:
        self.asked = list(lines)
        super().__init__(*args, lines=self.asked if len(self.asked) > 1 else (), **kwargs)
        if self.lines:
            self.fields["promise_date"].help_text = _("When the goods are ready to leave, where no other day stands.")

    def fields_of(self, line: OrderLine) -> Mapping[str, forms.Field]:
        return {"promise_date": DateField(label=_("Another day for this line"), required=False)}

    def line_dates(self) -> dict[int, date]:
        common = self.cleaned_data["promise_date"]
        days = {line.pk: self.of_line(line, "promise_date") or common for line in self.asked}
        return {key: day for key, day in days.items() if day}


class SettlePromiseForm(forms.Form):
    agreed = forms.TypedChoiceField(
        label=_("The customer"), choices=[("yes", _("agrees to the date")), ("no", _("wants another date"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    counter_date = DateField(
        label=_("Date the customer wants"), required=False, help_text=_("Only when the customer does not agree.")
    )
    note = WordsField(label=_("What the customer said"), max_length=1000)
