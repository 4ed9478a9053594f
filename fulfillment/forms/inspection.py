"""What quality fills in: a word on each of the goods, a word or a measure at each item; and the items themselves."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import ProductFamily
from core.forms import AmountField, DateField, WordsField
from fulfillment.choices import Disposition, InspectionKind, InspectionResult
from fulfillment.forms.fields import FilesField, LinesForm
from fulfillment.forms.plan import DEPARTMENTS
from fulfillment.inspected import CheckFinding, Goods, ItemFinding, limits
from fulfillment.models import InspectionTemplate
from fulfillment.services import Rework


class InspectionForm(LinesForm):
    """Goods with items are judged item by item, others as a whole; a measure is judged by its limits."""

    remarks = WordsField(label=_("Remarks on the whole"), required=False)
    photos = FilesField(label=_("Photos"), required=False, accept="image/*")
    hold = forms.BooleanField(
        label=_("Put the order on hold until quality releases it"), required=False,
        help_text=_("Only when something failed."),
    )  # fmt: skip

    def __init__(self, *args: Any, lines: Iterable[Goods], may_hold: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, lines=lines, **kwargs)
        if not may_hold:
            del self.fields["hold"]

    def fields_of(self, line: Goods) -> Mapping[str, forms.Field]:
        found: dict[str, forms.Field] = {} if line.items else {"result": _result(_("Result"))}
        for item in line.items:
            found |= _fields_of(item)
        return {**found, "remark": forms.CharField(label=_("Remark"), required=False, max_length=300)}

    def names_of(self, line: Goods) -> Sequence[str]:
        return tuple(self.fields_of(line))

    def findings(self) -> dict[int, ItemFinding]:
        return {line.pk: self._finding(line) for line in self.lines}

    def _finding(self, line: Goods) -> ItemFinding:
        passed = bool(line.items) or self.of_line(line, "result") == InspectionResult.PASSED
        checks = {
            item.pk: CheckFinding(
                item.is_measured or self.of_line(line, f"check_{item.pk}") == InspectionResult.PASSED,
                str(self.of_line(line, f"measured_{item.pk}") or ""),
            )
            for item in line.items
        }
        return ItemFinding(passed, self.of_line(line, "remark") or "", checks)


def _result(label: Any, help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=InspectionResult.choices, widget=forms.RadioSelect
    )


def _fields_of(item: InspectionTemplate) -> dict[str, forms.Field]:
    if item.is_measured:
        words = " · ".join(filter(None, [item.standard, limits(item)]))
        return {f"measured_{item.pk}": AmountField(label=item.item, help_text=words, decimal_places=3, max_digits=12)}
    return {
        f"check_{item.pk}": _result(item.item, item.standard),
        f"measured_{item.pk}": forms.CharField(
            label=_("Found at “%(item)s”") % {"item": item.item}, required=False, max_length=60
        ),
    }


class InspectionTemplateForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=InspectionKind.choices)
    family = forms.ModelChoiceField(
        ProductFamily.objects.all(), label=_("Family"), required=False,
        help_text=_("Empty: for all families without items of their own."),
    )  # fmt: skip
    position = forms.IntegerField(label=pgettext_lazy("in a list", "Position"), min_value=1, max_value=99)
    item = forms.CharField(label=pgettext_lazy("inspection", "Item"), max_length=80)
    standard = forms.CharField(label=pgettext_lazy("inspection", "Standard"), max_length=200, required=False)
    minimum = AmountField(label=_("At least"), required=False, max_digits=12, decimal_places=3,
                          help_text=_("With a limit a number is asked for and judged."))  # fmt: skip
    maximum = AmountField(label=_("At most"), required=False, max_digits=12, decimal_places=3)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)


class DispositionForm(forms.Form):
    """What becomes of the goods; of an order's goods also the step in which they are mended or made again."""

    decision = forms.ChoiceField(label=_("Decision"), choices=Disposition.choices, widget=forms.RadioSelect)
    reason = WordsField(label=_("Reason"), max_length=1000)
    name = forms.CharField(label=_("Step of rework"), max_length=60, required=False,
                           help_text=_("For rework and scrap: how the goods are mended, or made again."))  # fmt: skip
    role = forms.ChoiceField(label=_("Department"), choices=[("", "–"), *DEPARTMENTS], required=False)
    planned_start = DateField(label=_("Planned start"), required=False)
    planned_end = DateField(label=_("Planned end"), required=False)

    def __init__(self, *args: Any, of_order: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not of_order:
            for name in ("name", "role", "planned_start", "planned_end"):
                del self.fields[name]

    def rework(self) -> Rework | None:
        given = self.cleaned_data
        if not all(given.get(name) for name in ("name", "role", "planned_start", "planned_end")):
            return None
        return Rework(given["name"], given["role"], given["planned_start"], given["planned_end"])


class ConcessionForm(forms.Form):
    grant = forms.TypedChoiceField(
        label=_("The goods"), choices=[("yes", _("may pass as they are")), ("no", _("may not pass"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    note = WordsField(label=_("Reason"), max_length=500, required=False)
