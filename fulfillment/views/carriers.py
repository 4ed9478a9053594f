"""Carriers: their contracts, rates and ratings (R5.7)."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.forms import ConfirmForm, ReasonForm
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from core.views.secrets import ShownOnce
from fulfillment.filters import CarrierFilter
from fulfillment.forms.carrier import CarrierForm, CarrierRateForm
from fulfillment.models import Carrier, Shipment
from fulfillment.services import (
    close_carrier_callback,
    keep_carrier,
    open_carrier_callback,
    save_carrier,
    set_carrier_rate,
)
from fulfillment.services.carrier_rules import current_carrier_rules
from fulfillment.views.base import staff_of
from workflow.choices import WorkKind
from workflow.services import open_items

CARRIERS = (_("Carriers"), "fulfillment:carrier-list")
LATEST = 10


class CarrierList(ListPage):
    access = SIGNED_IN
    model = Carrier
    title = CARRIERS[0]
    filterset_class = CarrierFilter
    columns = (
        Column("code", _("Code"), kind="code", link=True, sort=("code",), phone="title"),
        Column("name", _("Name")),
        Column("contract_number", _("Contract number"), kind="code"),
        Column("valid_until", _("Contract valid until"), kind="day", sort=("valid_until",)),
        Column("rating", _("Rating"), kind="number", sort=("rating",), phone="corner"),
        Column("rated_shipments", _("Rated shipments"), kind="number"),
        Column("late_shipments", _("Late"), kind="number"),
        Column("problem_shipments", _("With incidents"), kind="number"),
        Column("is_active", _("State"), value=lambda row: _("Active") if row.is_active else _("Inactive")),
    )
    default_sort = "code"
    saved_views = (SavedView("all", _("All")), SavedView("active", _("Active"), {"is_active": "true"}))
    new = (_("New carrier"), "fulfillment:carrier-new")
    empty = (_("No carrier yet"), _("Carriers with a contract are kept here with their rates and ratings."))
    empty_icon = "truck"

    def row_class(self, row: Carrier) -> str:
        return "is-late" if row.is_active and row.has_expired(timezone.localdate()) else ""


class CarrierPage(DetailPage):
    access = SIGNED_IN
    model = Carrier
    template_name = "fulfillment/carrier_detail.html"
    crumbs = (CARRIERS,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        shipments = Shipment.objects.visible_to(user).filter(carrier_ref=self.subject).select_related("order")
        proposed = open_items(self.subject).filter(kind=WorkKind.CARRIER_REPLACEMENT).exists()
        return super().get_context_data(
            rates=self.subject.rates.all(),
            shipments=shipments.order_by("-pk")[:LATEST],
            proposed=proposed,
            expired=self.subject.has_expired(timezone.localdate()),
            rules=current_carrier_rules(),
            may_edit=may(user, "fulfillment.save_carrier"),
            may_keep=proposed and may(user, "fulfillment.keep_carrier"),
            **kwargs,
        )


class NewCarrier(FormPage):
    access = staff_of("fulfillment.save_carrier")
    form_class = CarrierForm
    service = save_carrier
    grid = True
    title = _("New carrier")
    crumbs = (CARRIERS,)
    cancel = CARRIERS[1]
    submit_label = _("Save carrier")
    success_message = _("%(subject)s is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.subject or Carrier()}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"carrier": self.subject or Carrier(), "values": form.cleaned_data}


class EditCarrier(SubjectMixin, NewCarrier):
    model = Carrier
    title = _("Edit %(subject)s")


class CarrierAct(ActView):
    model = Carrier

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(CARRIERS[0]), reverse(CARRIERS[1])), (str(self.subject), self.subject.get_absolute_url())]

    def get_success_url(self, result: Any) -> str:
        return str(self.subject.get_absolute_url())


class OpenCallback(ShownOnce, CarrierAct):
    access = staff_of("fulfillment.open_carrier_callback")
    service = open_carrier_callback
    form_class = ConfirmForm
    title = _("Let %(subject)s report events")
    submit_label = _("Draw a secret")

    def get_consequences(self) -> list[str]:
        opened = gettext("The carrier then posts events of its waybills itself, signed with the secret.")
        former = gettext("The secret of before signs nothing any more.")
        return [opened, former] if self.subject.callback_secret else [opened]

    def came_from(self) -> str:
        return str(self.subject.get_absolute_url())

    def secret_of(self, result: Any) -> dict[str, Any]:
        place = reverse("api:carrier-events", args=[result.code])
        return {"secret": result.callback_secret, "what": _("Signing secret"), "url": f"{settings.SITE_URL}{place}"}


class CloseCallback(CarrierAct):
    access = staff_of("fulfillment.close_carrier_callback")
    service = close_carrier_callback
    form_class = ConfirmForm
    tone = "danger"
    title = _("%(subject)s reports no more events")
    submit_label = _("Close the entrance")
    success_message = _("%(subject)s reports nothing by itself any more.")

    def get_consequences(self) -> list[str]:
        return [gettext("What it posts from now on is refused; events are recorded by hand.")]


class SetRate(CarrierAct):
    access = staff_of("fulfillment.set_carrier_rate")
    service = set_carrier_rate
    form_class = CarrierRateForm
    grid = True
    title = _("Rate of %(subject)s")
    submit_label = _("Save rate")
    success_message = _("The rate of %(subject)s is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("mode", "region")} | {"minimum": 0}


class KeepCarrier(CarrierAct):
    access = staff_of("fulfillment.keep_carrier")
    service = keep_carrier
    form_class = ReasonForm
    title = _("Keep %(subject)s")
    submit_label = _("Keep carrier")
    success_message = _("%(subject)s is kept.")
