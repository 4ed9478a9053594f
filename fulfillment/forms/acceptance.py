"""What the customer says of the goods, and the problems that come of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateTimeField, WordsField
from fulfillment.choices import Criterion, LineResult, Severity
from fulfillment.forms.fields import FilesField, LinesForm, quantity_field
from fulfillment.models import ShipmentLine
from fulfillment.services import LineWord


def judgement_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=LineResult.choices, initial=LineResult.ACCEPTED, widget=forms.RadioSelect
    )


class AcceptanceForm(LinesForm):
    """The customer's word, shared by the telephone and the paper way."""

    line_fields = ("quantity", *(f"of_{name}" for name in Criterion.values), "remark")

    signer_name = forms.CharField(label=_("Name of who signs"), max_length=60)
    remarks = forms.CharField(
        label=_("Anything else"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = FilesField(label=_("Photos"), required=False, accept="image/*")

    def fields_of(self, line: ShipmentLine) -> Mapping[str, forms.Field]:
        sent = line.quantity.normalize()
        return {
            "quantity": quantity_field(label=pgettext_lazy("quantity", "Received"), initial=f"{sent:f}"),
            **{f"of_{name}": judgement_field(label) for name, label in Criterion.choices},
            "remark": forms.CharField(
                label=_("What is wrong"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
            ),
        }

    def words(self) -> dict[int, LineWord]:
        return {
            line.pk: LineWord(
                self.of_line(line, "quantity"), remark=self.of_line(line, "remark") or "",
                criteria={name: self.of_line(line, f"of_{name}") for name in Criterion.values},
            )
            for line in self.lines
        }  # fmt: skip


class PaperAcceptanceForm(AcceptanceForm):
    signed_at = DateTimeField(label=_("Signed at"), required=False)
    scan = forms.FileField(label=_("Scan of the signed paper"), help_text=_("PDF or picture."))


class SigningForm(AcceptanceForm):
    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    typed = forms.BooleanField(required=False)

    def steps(self) -> list[tuple[Any, forms.BoundField, list[forms.BoundField], forms.BoundField]]:
        """A line is counted on one screen and judged on the next."""
        return [(line, quantity, judged, remark) for line, (quantity, *judged, remark) in self.rows()]


class ProblemForm(forms.Form):
    analysis = WordsField(label=_("Cause"), required=False, help_text=_("Needed for a major problem."))
    solution = WordsField(label=_("Solution"), help_text=_("What was done for the customer."))
    compensation = forms.CharField(label=_("Compensation"), required=False, max_length=300)

    def __init__(self, *args: Any, severity: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if severity == Severity.MAJOR:
            for name in ("analysis", "compensation"):
                self.fields[name].required = True
