"""The archive's forms. What is right and what not, the service says: the same for pages, API and import."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import PlainModelForm
from core.money import CURRENCIES
from customers.filters import account_managers
from customers.models import Address, Contact, Customer
from customers.services.archive import EDITABLE


class CustomerForm(PlainModelForm):
    # Shown once likely twins were named.
    confirmed = forms.BooleanField(
        label=_("It is another customer all the same"), required=False, widget=forms.HiddenInput
    )

    class Meta:
        model = Customer
        fields = EDITABLE
        widgets = {"preferences": forms.Textarea(attrs={"rows": 3, "data-grow": True})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = account_managers()  # type: ignore[attr-defined]
        codes = dict.fromkeys((*CURRENCIES, self.initial.get("currency") or CURRENCIES[0]))
        self.fields["currency"].widget = forms.Select(choices=[(code, code) for code in codes])
        self.fields["name"].widget.attrs["autofocus"] = not self.instance.pk

    def ask_for_confirmation(self) -> None:
        self.fields["confirmed"].widget = forms.CheckboxInput()


class ContactForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    title = forms.CharField(label=_("Position"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=32, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_primary = forms.BooleanField(label=_("Main contact"), required=False)


class AddressForm(forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Address"), max_length=300)
    label = forms.CharField(label=_("Label"), max_length=40, required=False)
    receiver = forms.CharField(label=_("Receiver"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone"), max_length=32, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    is_default = forms.BooleanField(label=_("Default"), required=False)


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows added and removed in place; exactly one carries the mark."""

    model: type[Contact] | type[Address]
    mark: str
    wide: str  # the field that takes a whole line

    def clean(self) -> None:
        if sum(bool(data.get(self.mark)) for data in self._kept()) > 1:
            label = self.form.base_fields[self.mark].label
            raise forms.ValidationError(_("Mark only one row as “%(mark)s”.") % {"mark": label})

    def objects(self) -> list[Any]:
        kept = [dict(data) for data in self._kept()]
        if kept and not any(data[self.mark] for data in kept):
            kept[0][self.mark] = True
        return [self.model(**data) for data in kept]

    def _kept(self) -> Iterator[dict[str, Any]]:
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            if data and not data.get("DELETE"):
                yield {name: value for name, value in data.items() if name != "DELETE"}


class ContactRows(Rows):
    model, mark = Contact, "is_primary"


class AddressRows(Rows):
    model, mark = Address, "is_default"


LIMITS = {"extra": 0, "can_delete": True, "max_num": 50, "validate_max": True}
ContactFormSet = forms.formset_factory(ContactForm, formset=ContactRows, **LIMITS)  # type: ignore[arg-type]
AddressFormSet = forms.formset_factory(AddressForm, formset=AddressRows, **LIMITS)  # type: ignore[arg-type]
