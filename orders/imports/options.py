"""What the file does not say: each with a default that the person sees before anything is read."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import User
from core.imports.importer import OptionsForm
from core.money import CURRENCIES
from orders.payment_words import parse_terms, write_terms
from orders.specs import DEFAULT_TERMS

SELLERS = (Role.SALES, Role.INSIDE_SALES, Role.SALES_MANAGER)


class OrderOptions(OptionsForm):
    source = forms.SlugField(
        label=_("Name of the source"), initial="file", max_length=20,
        help_text=_("Order and customer numbers are unique within a source: the same file sent twice adds nothing."),
    )  # fmt: skip
    create_customers = forms.BooleanField(
        label=_("Create customers that are not in the archive"), initial=True, required=False
    )
    create_products = forms.BooleanField(
        label=_("Create products that are not in the list"), initial=True, required=False
    )
    whole_only = forms.BooleanField(
        label=_("Only whole orders"), required=False,
        help_text=_("Otherwise an order is taken with its sound rows, and the refused ones are listed."),
    )  # fmt: skip
    cancel_prefix = forms.CharField(
        label=_("Cancellations begin with"), initial="C", max_length=5, required=False,
        help_text=_("Order numbers of these letters and a figure, such as C536379, are refused."),
    )  # fmt: skip
    dates = forms.ChoiceField(
        label=_("Order of dates such as 10/05/2024"), required=False,
        choices=(("", _("only when it cannot be mistaken")), ("dmy", _("day first")), ("mdy", _("month first"))),
    )  # fmt: skip
    numbers = forms.ChoiceField(
        label=_("New order numbers"), initial="today",
        choices=(("today", _("in this month's series")), ("ordered", _("in the series of the order date's month"))),
    )  # fmt: skip
    salesperson = forms.ChoiceField(label=_("Salesperson, when the file names none"))
    currency = forms.ChoiceField(
        label=_("Currency, when the file names none"), initial="CNY", choices=[(c, c) for c in CURRENCIES]
    )
    terms = forms.CharField(
        label=_("Payment terms, when the file gives none"), max_length=100,
        help_text=_("In words such as “30% in advance, balance on delivery” or “30%預付,餘款到付”."),
    )  # fmt: skip
    delivery_days = forms.IntegerField(
        label=_("Delivery date, when the file gives none: days after the order date"),
        initial=14,
        min_value=0,
        max_value=730,
    )
    contact = forms.CharField(
        label=_("Contact, when neither file nor archive has one"), max_length=60, initial=lambda: gettext("to be named")
    )
    address = forms.CharField(
        label=_("Delivery address, when neither file nor archive has one"), max_length=200,
        initial=lambda: gettext("to be named"),
    )  # fmt: skip
    unit = forms.CharField(label=_("Unit, when the file names none"), max_length=20, initial=lambda: gettext("pcs"))

    def __init__(self, *args: Any, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        people = list(User.objects.with_role(*SELLERS))
        if by is not None and by not in people:
            people.append(by)
        sellers = [person for person in people if person.has_role(Role.SALES)]
        self.fields["salesperson"].choices = [(str(person.pk), str(person)) for person in people]  # type: ignore[attr-defined]
        chosen = by if by in sellers else next(iter(sellers or people), None)
        self.fields["salesperson"].initial = str(chosen.pk) if chosen else ""
        chinese = bool(by) and by.language != "en"
        self.fields["terms"].initial = write_terms(DEFAULT_TERMS, chinese=chinese)

    def clean_terms(self) -> str:
        words: str = self.cleaned_data["terms"]
        if parse_terms(words) is None:
            raise forms.ValidationError(gettext("These terms cannot be made out, or do not add up to 100 %."))
        return words
