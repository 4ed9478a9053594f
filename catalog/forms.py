from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Product, Warehouse
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
        queryset=Warehouse.objects.all(),
        required=False,
        empty_label=_("Main warehouse"),
    )
    reference = forms.CharField(
        label=_("Reference"), max_length=40, required=False, help_text=_("Production order or delivery note.")
    )


class CountForm(forms.Form):
    counted = AmountField(label=_("Counted"), decimal_places=3, min_value=0)
    reason = WordsField(label=_("Why the count differs"), max_length=200)
