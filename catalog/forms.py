from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Product, ProductFamily, StockCountLine, Warehouse
from catalog.services import Found
from catalog.services.products import EDITABLE
from core.forms import AmountField, PlainModelForm, WordsField


class ProductForm(PlainModelForm):
    list_price = AmountField(label=_("List price"), decimal_places=4, min_value=0)
    floor_price = AmountField(
        label=_("Floor price"),
        decimal_places=4,
        min_value=0,
        help_text=_("Below it an order needs a special approval."),
    )

    cost_price = AmountField(
        label=_("Cost price"),
        decimal_places=4,
        min_value=0,
        required=False,
        help_text=_("What a unit costs the company; empty where it is not known."),
    )

    class Meta:
        model = Product
        fields = EDITABLE


class ReceiveStockForm(forms.Form):
    quantity = AmountField(label=_("Quantity"), decimal_places=3)
    batch = forms.CharField(label=_("Batch"), max_length=40)
    warehouse = forms.ModelChoiceField(
        label=pgettext_lazy("place", "Warehouse"),
        queryset=Warehouse.objects.filter(is_active=True),
        required=False,
        empty_label=_("Main warehouse"),
    )
    reference = forms.CharField(
        label=_("Reference"), max_length=40, required=False, help_text=_("Production order or delivery note.")
    )


class CountForm(forms.Form):
    counted = AmountField(label=_("Counted"), decimal_places=3, min_value=0)
    reason = WordsField(label=_("Why the count differs"), max_length=200)


class TransferForm(forms.Form):
    warehouse = forms.ModelChoiceField(label=_("To warehouse"), queryset=Warehouse.objects.filter(is_active=True))
    quantity = AmountField(label=_("Quantity"), decimal_places=3)
    note = WordsField(label=_("Note"), max_length=200, required=False)


class WarehouseForm(PlainModelForm):
    class Meta:
        model = Warehouse
        fields = ("code", "name", "is_active")


class DrawCountForm(forms.Form):
    warehouse = forms.ModelChoiceField(
        label=pgettext_lazy("place", "Warehouse"), queryset=Warehouse.objects.all(), empty_label=None
    )
    family = forms.ModelChoiceField(
        label=_("Family"), queryset=ProductFamily.objects.all(), required=False, empty_label=_("Every family")
    )


class CountSheetForm(forms.Form):
    """Two fields for each lot: what was found, and why it differs."""

    def __init__(self, *args: Any, lines: Sequence[StockCountLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"counted_{line.pk}"] = AmountField(
                label=_("Counted"), decimal_places=3, min_value=0, required=False
            )
            self.fields[f"reason_{line.pk}"] = forms.CharField(
                label=_("Why the count differs"), max_length=200, required=False
            )

    def rows(self) -> list[tuple[StockCountLine, forms.BoundField, forms.BoundField]]:
        return [(line, self[f"counted_{line.pk}"], self[f"reason_{line.pk}"]) for line in self.lines]

    def found(self) -> dict[int, Found]:
        data = self.cleaned_data
        given = ((line.pk, data[f"counted_{line.pk}"], data[f"reason_{line.pk}"]) for line in self.lines)
        return {pk: Found(counted, reason) for pk, counted, reason in given if counted is not None}
