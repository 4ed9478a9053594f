"""What people fill in. Fields of a line are named `quantity_7`: the same names the services complain about."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import ProductFamily
from core.forms import AmountField, DateField, DateTimeField, PlainModelForm, WordsField
from fulfillment.capacity import Ranked
from fulfillment.choices import Criterion, DisruptionKind, LineResult, Mode, Severity
from fulfillment.models import Carrier, ShipmentLine
from fulfillment.services import Effect, LineWord, Wanted
from orders.choices import CommunicationMeans
from orders.models import Order, OrderLine


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"accept": accept} if accept else {}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        clean = super().clean
        return [each for each in (clean(one, initial) for one in given) if each]


def carrier_field() -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return forms.ModelChoiceField(
        Carrier.objects.filter(is_active=True), label=_("Carrier under contract"), required=False
    )


def quantity_field(**kwargs: Any) -> AmountField:
    return AmountField(**{"max_digits": 14, "decimal_places": 3, "min_value": Decimal(0), **kwargs})


class LinesForm(forms.Form):
    """Some fields for each line, and some for all; `line_fields` name those of a line, in order."""

    line_fields: Sequence[str] = ()

    def __init__(self, *args: Any, lines: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            for name, made in self.fields_of(line).items():
                self.fields[f"{name}_{line.pk}"] = made

    def fields_of(self, line: Any) -> Mapping[str, forms.Field]:
        raise NotImplementedError

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(line, [self[f"{name}_{line.pk}"] for name in self.names_of(line)]) for line in self.lines]

    def names_of(self, line: Any) -> Sequence[str]:
        return self.line_fields

    def common(self) -> list[forms.BoundField]:
        of_lines = {f"{name}_{line.pk}" for line in self.lines for name in self.names_of(line)}
        return [bound for bound in self.visible_fields() if bound.name not in of_lines]

    def of_line(self, line: Any, name: str) -> Any:
        return self.cleaned_data.get(f"{name}_{line.pk}")


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


class GoodsForm(LinesForm):
    """How much of each line is to go, at most what is `free`."""

    line_fields = ("quantity",)

    def __init__(self, *args: Any, free: Mapping[int, Decimal], **kwargs: Any) -> None:
        self.free = free
        super().__init__(*args, **kwargs)

    def fields_of(self, line: OrderLine) -> Mapping[str, forms.Field]:
        open_quantity = self.free.get(line.pk, Decimal(0)).normalize()
        return {"quantity": quantity_field(label=_("To ship"), required=False, initial=f"{open_quantity:f}")}

    def quantities(self) -> dict[int, Decimal]:
        return {line.pk: self.of_line(line, "quantity") or Decimal(0) for line in self.lines}


class RequestForm(GoodsForm):
    """A dispatch request (R5.2)."""

    wanted_date = DateField(label=_("Wanted dispatch"))
    labels = forms.CharField(label=_("Labels"), required=False, max_length=300)
    papers = forms.CharField(
        label=_("Accompanying papers"), required=False, max_length=300,
        help_text=_("Manual, inspection report, certificate."),
    )  # fmt: skip
    receiver = forms.CharField(label=_("Receiver"), max_length=60)
    receiver_phone = forms.CharField(label=_("Receiver's telephone"), max_length=32)
    address = forms.CharField(label=_("Delivery address"), max_length=300)
    special_needs = WordsField(label=_("Special needs"), required=False, max_length=2000)

    def wanted(self) -> Wanted:
        names = [each.name for each in dataclasses.fields(Wanted)]
        return Wanted(**{name: self.cleaned_data[name] for name in names})


class OrderDispatchForm(forms.Form):
    planned_date = DateField(label=_("Planned dispatch"), required=False)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)


class ShipmentForm(GoodsForm):
    planned_date = DateField(label=_("Planned dispatch"), required=False)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    receiver = forms.CharField(label=_("Receiver"), required=False, max_length=60)
    receiver_phone = forms.CharField(label=_("Receiver's telephone"), required=False, max_length=32)
    address = forms.CharField(label=_("Delivery address"), max_length=300)
    labels = forms.CharField(label=_("Labels"), required=False, max_length=300)
    papers = forms.CharField(label=_("Accompanying papers"), required=False, max_length=300)
    remarks = WordsField(label=_("Special needs"), required=False)


class DispatchForm(forms.Form):
    carrier_ref = carrier_field()
    carrier = forms.CharField(
        label=_("Another carrier"), required=False, max_length=80, help_text=_("One that has no contract with us.")
    )
    waybill = forms.CharField(label=_("Waybill number"), max_length=60)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)


class LoadForm(forms.Form):
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    waybill = forms.CharField(label=_("Waybill number"), required=False, max_length=60)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)


class ArrivalForm(forms.Form):
    expected_arrival = DateField(label=_("Expected arrival"))
    reason = WordsField(label=_("Why another day"), max_length=300)


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


class DisruptionForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=DisruptionKind.choices)
    started_at = DateTimeField(label=_("Began"))
    description = WordsField(label=_("What happened"), max_length=2000)
    expected_end = DateTimeField(label=_("Expected end"), required=False)
    measures = WordsField(label=_("Measures"), required=False, max_length=2000)


class EndDisruptionForm(forms.Form):
    ended_at = DateTimeField(label=_("Ended"), required=False, help_text=_("Empty: now."))
    measures = WordsField(label=_("What was done"), max_length=2000)


class AffectedOrdersForm(forms.Form):
    """A row for each order found: choose it, say what happens to it; `effect` serves those without own words."""

    effect = forms.CharField(
        label=_("Effect on the chosen orders"), max_length=500, required=False,
        help_text=_("For every chosen order without a text of its own."),
    )  # fmt: skip

    def __init__(self, *args: Any, orders: Iterable[Order], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = list(orders)
        for order in self.orders:
            self.fields[f"chosen_{order.pk}"] = forms.BooleanField(label=_("Affected"), required=False)
            self.fields[f"text_{order.pk}"] = forms.CharField(label=_("Effect"), max_length=500, required=False)
            self.fields[f"new_date_{order.pk}"] = DateField(label=_("New date"), required=False)

    def rows(self) -> list[tuple[Order, list[forms.BoundField]]]:
        names = ("chosen", "text", "new_date")
        return [(order, [self[f"{name}_{order.pk}"] for name in names]) for order in self.orders]

    def effects(self) -> list[Effect]:
        data = self.cleaned_data
        return [
            Effect(order, data[f"text_{order.pk}"] or data["effect"], data[f"new_date_{order.pk}"])
            for order in self.orders
            if data[f"chosen_{order.pk}"]
        ]


class TellCustomerForm(forms.Form):
    means = forms.ChoiceField(label=_("By what means"), choices=CommunicationMeans.choices)
    spoke_with = forms.CharField(label=_("Spoke with"), max_length=60)
    answer = WordsField(label=_("What the customer said"), max_length=1000)


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


class CarrierForm(PlainModelForm):
    valid_until = DateField(label=_("Contract valid until"))

    class Meta:
        model = Carrier
        fields = ("code", "name", "contract_number", "valid_until", "contact", "phone", "is_active")


class CarrierRateForm(forms.Form):
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    region = forms.CharField(label=_("Region"), max_length=40)
    per_unit = AmountField(
        label=_("Price per unit"), decimal_places=2, min_value=0, required=False,
        help_text=_("In yuan. Empty: the rate is taken out."),
    )  # fmt: skip
    minimum = AmountField(label=_("Minimum charge"), decimal_places=2, min_value=0, initial=0)
