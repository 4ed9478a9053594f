"""Channel partners: the list, and making a customer one (R10.1)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from core.views.acts import FormPage
from core.views.columns import Column
from core.views.lists import ListPage
from customers.models import Customer, Partner
from customers.services.partners import create_partner

KEEPERS = ACTS["customers.create_partner"].roles
PARTNERS = (_("Partners"), "customers:partner-list")


class PartnerList(ListPage):
    access = KEEPERS
    model = Partner
    title = _("Partners")
    columns = (
        Column("name", _("Name"), sort=("name",), link=True, phone="title"),
        Column("customer", _("Billed customer"), sort=("customer__name",)),
        Column("owner", _("Account manager"), value="customer.owner"),
        Column("status", _("Status"), template="customers/developer/_partner_state.html", phone="corner", export=False),
    )
    default_sort = "name"
    new = (_("New partner"), "customers:partner-new")
    empty = (_("No partners yet"), _("A customer becomes a partner when you give it access to the API."))
    empty_icon = "plug-connected"

    def get_queryset(self) -> QuerySet[Partner]:
        return Partner.objects.select_related("customer__owner")

    def row_url(self, row: Any) -> str:
        return reverse("customers:partner-developer", args=[row.pk])


class PartnerForm(forms.Form):
    customer = forms.CharField(label=_("Customer code"), max_length=20, help_text=_("Such as C00012."))
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("The customer's when left out.")
    )
    must_confirm = forms.BooleanField(
        label=_("Orders take effect only when the partner has confirmed them"), required=False, initial=True
    )

    def clean_customer(self) -> Customer:
        found = Customer.objects.active().filter(code=self.cleaned_data["customer"].strip()).first()
        if found is None:
            raise ValidationError(_("There is no customer with this code."))
        return found


class NewPartner(FormPage):
    access = KEEPERS
    service = create_partner
    form_class = PartnerForm
    title = _("New partner")
    submit_label = _("Create partner")
    success_message = _("Partner %(subject)s is created. Issue its first key.")
    crumbs = (PARTNERS,)
    cancel = "customers:partner-list"

    def get_success_url(self, result: Partner) -> str:
        return reverse("customers:partner-developer", args=[result.pk])
