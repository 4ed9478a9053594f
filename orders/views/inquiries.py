"""From an inquiry to a quotation or an order in one act (R1.3)."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import OPEN_INQUIRIES
from customers.picking import picked_customer
from customers.views.inquiries import InquiryAct
from orders import services
from orders.models import Order, Quotation
from orders.views.base import staff_of


class InquirerForm(forms.Form):
    """Asked for somebody new only: they may be in the archive after all."""

    customer_text = forms.CharField(
        label=_("Customer"), max_length=240, required=False,
        help_text=_("Empty: they are entered in the archive as somebody new. Else the code or the name there."),
    )  # fmt: skip

    confirmed = forms.BooleanField(
        label=_("It is another customer all the same"), required=False,
        help_text=_("To be ticked when the archive has somebody who looks like them."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        return {"customer": picked_customer(self), "confirmed": data.get("confirmed", False)}


class Convert(InquiryAct):
    """What both ways share."""

    edit_page = ""
    statuses = OPEN_INQUIRIES

    def prepare(self) -> None:
        super().prepare()
        self.form_class = forms.Form if self.subject.customer_id else InquirerForm

    def get_success_url(self, result: Order | Quotation) -> str:
        return reverse(self.edit_page, args=[result.pk])


class OrderInquiry(Convert):
    access = staff_of("orders.order_inquiry")
    service = services.order_inquiry
    title = _("Turn inquiry %(subject)s into an order")
    lead = _("A draft with everything taken over: check prices and terms, then receive it.")
    submit_label = _("Turn into order")
    success_message = _("The inquiry is a draft order now.")
    edit_page = "orders:order-edit"


class QuoteInquiry(Convert):
    access = staff_of("orders.quote_inquiry")
    service = services.quote_inquiry
    title = _("Quote inquiry %(subject)s")
    lead = _("A draft quotation with everything taken over: check prices and terms, then submit it.")
    submit_label = _("Write quotation")
    success_message = _("The inquiry is a draft quotation now.")
    edit_page = "orders:quotation-edit"
