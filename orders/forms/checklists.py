"""The form of a checklist item."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import ProductFamily
from orders.choices import Department


class ChecklistItemForm(forms.Form):
    department = forms.ChoiceField(label=_("Department"), choices=Department.choices)
    family = forms.ModelChoiceField(
        ProductFamily.objects.all(), label=_("Family"), required=False, help_text=_("Empty: for every order.")
    )
    text = forms.CharField(label=_("Item"), max_length=200)
    text_en = forms.CharField(label=_("English text"), max_length=200, required=False)
    position = forms.IntegerField(label=pgettext_lazy("in a list", "Position"), min_value=1, max_value=999, initial=1)
    is_required = forms.BooleanField(label=_("Must be answered"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)
