"""The form of a quotation, and those of its acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Language
from core.forms import DateField
from orders.choices import LossReason
from orders.forms.acts import words
from orders.forms.entry import OrderForm, text


class QuotationForm(OrderForm):
    """Head of a quotation: what an order needs later is asked here once (R1.3)."""

    ordered_date = requested_date = receiver = receiver_phone = end_customer = version = None  # type: ignore[assignment]
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False, max_length=254)
    valid_until = DateField(label=_("Valid until"), required=False)
    lead_time_days = forms.IntegerField(
        label=_("Lead time in days"), required=False, min_value=0, max_value=999,
        help_text=_("Calendar days from the order."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the paper"), choices=Language.choices)
    delivery_address = text(
        _("Delivery address"), 300, help_text=_("Empty: the customer's usual address, when it becomes an order.")
    )
    edition = forms.IntegerField(required=False, widget=forms.HiddenInput)

    NEEDED: tuple[str, ...] = ("customer_text", "contact_name", "salesperson", "valid_until")


class SendForm(forms.Form):
    to = forms.CharField(
        label=_("Recipients"), max_length=1000, help_text=_("E-mail addresses, separated by commas."),
        widget=forms.TextInput({"inputmode": "email", "autocomplete": "off"}),
    )  # fmt: skip
    message = words(
        _("Words of your own"), required=False, help_text=_("Empty: number, amount and validity in a sentence.")
    )

    def clean_to(self) -> list[str]:
        typed: str = self.cleaned_data["to"]
        return [part.strip() for part in typed.replace("；", ",").replace("，", ",").replace(";", ",").split(",")]


class AcceptQuotationForm(forms.Form):
    note = words(_("What the customer said"), required=False)


class LoseQuotationForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=LossReason.choices, widget=forms.RadioSelect)
    note = words(_("What the customer said"), required=False, help_text=_("Needed for another reason."))
