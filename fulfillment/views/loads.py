"""Loads: made from chosen shipments, looked at, dispatched whole, dissolved."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import DomainError, Reason
from core.forms import ReasonForm
from core.views import once
from core.views.acts import ActView
from core.views.bulk import BulkAct, RowResult
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from fulfillment.forms.dispatch import DispatchForm
from fulfillment.forms.load import LoadForm, ManifestForm
from fulfillment.models import Load, LoadManifest, Shipment
from fulfillment.page import papers_of
from fulfillment.services import dispatch_load, dissolve_load, make_load, take_out_of_load, write_manifest
from fulfillment.services.dispatch import held_back
from fulfillment.services.loads import LOADERS, lacks_day, last_one, unfit
from fulfillment.views.base import LOADS, SHIPMENTS, LinesAct, ShipmentAct, staff_of

LOAD_TOGETHER = BulkAct(
    _("Load together"), make_load, "shipments", form_class=LoadForm, icon="truck", roles=LOADERS,
    text=_("They leave in one vehicle under one waybill, all or none; what was checked before is checked anew."),
)  # fmt: skip


def put_together(page: ListPage, act: BulkAct, rows: list[Any]) -> HttpResponseBase:
    """Ask for the carrier, then make the load of all rows, or say of each why it stays."""
    asked = "confirmed" in page.request.POST
    form: Any = LoadForm(page.request.POST if asked else None)
    if not asked or not form.is_valid():
        return page.ask(act, rows, form)
    if not once.Submission(page.request).claim():
        return HttpResponseRedirect(page.request.get_full_path())
    try:
        load = make_load(shipments=rows, by=person_of(page.request), **form.cleaned_data)
    except DomainError as error:
        results = [_stays(row, str(error.message)) for row in rows]
        return page.show("generic/bulk_result.html", act, {"results": results, "act": act, "done": 0})
    messages.success(page.request, gettext("Load %(load)s is made.") % {"load": load})
    return HttpResponseRedirect(load.get_absolute_url())


def _stays(row: Shipment, why: str) -> RowResult:
    found = unfit(row)
    return RowResult(row.number, row.get_absolute_url(), False, str(found.text) if found else why)


class LoadList(ListPage):
    access = SIGNED_IN
    model = Load
    title = _("Loads")
    lead = _("Shipments that leave in one vehicle.")
    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("pk",), phone="title"),
        Column("carrier", _("Carrier")),
        Column("waybill", _("Waybill"), kind="code"),
        Column("size", _("Shipments"), kind="number"),
        Column("shipped_at", pgettext_lazy("time", "Dispatched"), kind="moment"),
        Column("expected_arrival", _("Expected"), kind="day"),
        Column("status", _("Status"), kind="status", phone="corner"),
    )
    default_sort = "-number"
    saved_views = (SavedView("all", _("All")),)
    empty = (_("No loads yet"), _("Choose prepared shipments in their list and load them together."))
    empty_icon = "truck"

    def get_queryset(self) -> QuerySet[Load]:
        return super().get_queryset().annotate(size=Count("shipments"))


class OnLoad(SubjectMixin):
    model = Load
    related = ("made_by",)

    def get_crumbs(self) -> list[tuple[str, str]]:
        own = (str(self.subject), self.subject.get_absolute_url())
        return [(str(SHIPMENTS[0]), reverse(SHIPMENTS[1])), (str(LOADS[0]), reverse(LOADS[1])), own]


class LoadPage(OnLoad, DetailPage):
    """What is in it, as far as the reader may see it, and what holds each back."""

    access = SIGNED_IN
    template_name = "fulfillment/load_detail.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:2]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        rows = self.subject.shipments.visible_to(user).select_related(
            "order__customer", "delivery_check", "manifest_stop"
        )
        manifest = LoadManifest.objects.visible_to(user).filter(load=self.subject).select_related("by").first()
        return super().get_context_data(
            shipments=rows.prefetch_related("lines__order_line").order_by("manifest_stop__position", "pk"),
            manifest=manifest,
            papers=papers_of(manifest) if manifest else (),
            may={act: may(user, f"fulfillment.{act}") for act in ACTS_HERE},
            **kwargs,
        )


ACTS_HERE = ("dispatch_load", "dissolve_load", "take_out_of_load", "write_manifest")


class LoadAct(OnLoad, ActView):
    pass


class DispatchLoad(LoadAct):
    access = staff_of("fulfillment.dispatch_load")
    service = dispatch_load
    form_class = DispatchForm
    title = _("Dispatch load %(subject)s")
    submit_label = _("Dispatch the load")
    success_message = _("Load %(subject)s has left. The delivery notes are being drawn.")

    def get_reasons(self) -> Sequence[Reason]:
        """Of each shipment what would hold it back now."""
        load = self.subject
        return over_with(load) or [
            Reason(reason.code, f"{shipment.number}: {reason.text}", url=shipment.get_absolute_url())
            for shipment in load.shipments.select_related("order")
            for reason in held_back(shipment)
        ]

    def get_form(self) -> Any:
        form = super().get_form()
        form.fields["expected_arrival"].required = lacks_day(self.subject, self.subject.shipments.all())
        return form

    def get_initial(self) -> dict[str, Any]:
        load = self.subject
        return {
            "carrier": "" if load.carrier_ref_id else load.carrier, "carrier_ref": load.carrier_ref_id,
            "waybill": load.waybill, "expected_arrival": load.expected_arrival,
        }  # fmt: skip

    def get_consequences(self) -> Sequence[str]:
        count = self.subject.shipments.count()
        return (
            ngettext(
                "%(count)s shipment is taken out of stock and gets its delivery note. This cannot be undone.",
                "%(count)s shipments are taken out of stock and get their delivery notes. This cannot be undone.",
                count,
            )
            % {"count": count},
        )


class WriteManifest(LinesAct, LoadAct):
    access = staff_of("fulfillment.write_manifest")
    service = write_manifest
    form_class = ManifestForm
    page_template = "fulfillment/load_manifest.html"
    title = _("Manifest of load %(subject)s")
    submit_label = _("Issue the load manifest")
    success_message = _("The manifest of load %(subject)s is being drawn.")

    def get_reasons(self) -> Sequence[Reason]:
        return over_with(self.subject)

    def get_lines(self) -> Any:
        rows = self.subject.shipments.select_related("order__customer", "manifest_stop")
        return rows.prefetch_related("lines__order_line").order_by("manifest_stop__position", "pk")

    def get_initial(self) -> dict[str, Any]:
        """As it was written before, else the stops as they come."""
        manifest = LoadManifest.objects.filter(load=self.subject).first()
        names = ("vehicle", "driver", "driver_phone") if manifest else ()
        found: dict[str, Any] = {name: getattr(manifest, name) for name in names}
        for number, row in enumerate(self.get_lines(), 1):
            stop = getattr(row, "manifest_stop", None)
            found[f"stop_{row.pk}"] = stop.position if stop else number
            if stop:
                found[f"pieces_{row.pk}"] = stop.pieces
        return found

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"load": self.subject, **form.values()}

    def get_success_message(self, result: Any) -> str:
        return super().get_success_message(self.subject)


class TakeOut(ShipmentAct):
    access = staff_of("fulfillment.take_out_of_load")
    service = take_out_of_load
    form_class = ReasonForm
    tone = "danger"
    title = _("Take shipment %(subject)s out of its load")
    submit_label = _("Take it out")
    success_message = _("Shipment %(subject)s stands alone again.")

    def get_reasons(self) -> Sequence[Reason]:
        load = self.subject.load
        if load is None:
            return [Reason("load", gettext("Shipment %(number)s is in no load.") % {"number": self.subject})]
        if load.shipments.count() < 2:
            return [Reason("last", last_one(load), url=load.get_absolute_url())]
        return over_with(load)

    def get_consequences(self) -> Sequence[str]:
        load = self.subject.load
        texts = [gettext("All shipments of the load are checked anew before they leave.")]
        if load and LoadManifest.objects.filter(load=load).exists():
            texts.append(gettext("The load manifest is issued anew without it."))
        return texts


def over_with(load: Load) -> list[Reason]:
    """Why nothing of it can be changed any more."""
    if load.is_prepared:
        return []
    text = gettext("Load %(number)s is “%(status)s” by now.")
    return [Reason("status", text % {"number": load.number, "status": load.get_status_display()})]


class DissolveLoad(LoadAct):
    access = staff_of("fulfillment.dissolve_load")
    service = dissolve_load
    form_class = ReasonForm
    tone = "danger"
    title = _("Dissolve load %(subject)s")
    submit_label = _("Dissolve the load")
    success_message = _("Load %(subject)s is dissolved; its shipments stand alone again.")
