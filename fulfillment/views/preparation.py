"""Preparation sheet, the check before goods leave, shortages (R5.3, R5.4, R6.1)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import formats
from core.errors import Reason
from core.views.acts import ActView
from fulfillment.forms_preparation import CheckForm, MeasureForm, PreparationForm, ShortageForm
from fulfillment.models import DeliveryCheck, Shortage
from fulfillment.services import check_delivery, record_preparation, report_shortage, settle_shortage
from fulfillment.services.preparation import proposed_batches
from fulfillment.views.base import SHIPMENTS, ShipmentAct, staff_of


class BeforeDispatch(ShipmentAct):
    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_prepared:
            return ()
        text = gettext("The shipment is “%(status)s” by now.") % {"status": self.subject.get_status_display()}
        return [Reason("status", text)]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())

    def get_success_message(self, result: Any) -> str:
        return super().get_success_message(self.subject)


class RecordPreparation(BeforeDispatch):
    access = staff_of("fulfillment.record_preparation")
    service = record_preparation
    form_class = PreparationForm
    title = _("Preparation sheet of shipment %(subject)s")
    submit_label = _("Write the preparation sheet")
    success_message = _("The preparation sheet of shipment %(subject)s is written.")

    def get_initial(self) -> dict[str, Any]:
        written = getattr(self.subject, "preparation", None)
        if written:
            return {"inspection_report": written.inspection_report, "packaging": written.packaging}
        passed = self.subject.order.inspection_passed_at
        day = formats.day(timezone.localdate(passed)) if passed else ""
        return {"inspection_report": gettext("Final inspection of %(day)s") % {"day": day} if day else ""}

    def get_consequences(self) -> Sequence[str]:
        goods = {line.pk: line.order_line for line in self.subject.lines.select_related("order_line")}
        return [
            gettext("%(goods)s: %(quantity)s of batch %(batch)s")
            % {"goods": goods[row["line"]].description, "batch": row["batch"],
               "quantity": formats.quantity(row["quantity"], goods[row["line"]].unit)}
            for row in proposed_batches(self.subject)
        ]  # fmt: skip


class CheckDelivery(BeforeDispatch):
    access = staff_of("fulfillment.check_delivery")
    service = check_delivery
    form_class = CheckForm
    title = _("Check of shipment %(subject)s before it leaves")
    submit_label = _("Record the check")
    success_message = _("The check of shipment %(subject)s is recorded.")

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        data = form.cleaned_data
        items = {name: data[name] for name in DeliveryCheck.ITEMS}
        return {"shipment": self.subject, "items": items, "note": data["note"]}


class ReportShortage(BeforeDispatch):
    access = staff_of("fulfillment.report_shortage")
    service = report_shortage
    form_class = ShortageForm
    tone = "danger"
    title = _("Goods of shipment %(subject)s are missing")
    submit_label = _("Report the shortage")
    success_message = _("The shortage of shipment %(subject)s is reported.")

    def get_consequences(self) -> Sequence[str]:
        return (gettext("Inside sales and production have it to do, who asked for dispatch is told at once, and the "
                        "customer is to be told the reason and the new date."),)  # fmt: skip


class SettleShortage(ActView):
    access = staff_of("fulfillment.settle_shortage")
    model = Shortage
    subject_name = "shortage"
    related = ("shipment__order__customer", "reported_by")
    service = settle_shortage
    form_class = MeasureForm
    title = _("Settle the shortage")
    submit_label = _("Settle the shortage")
    success_message = _("The shortage is settled.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        shipment = self.subject.shipment
        return [(str(SHIPMENTS[0]), reverse(SHIPMENTS[1])), (str(shipment), shipment.get_absolute_url())]

    def get_lead(self) -> str:
        return str(self.subject.shipment.order.customer or "")

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open:
            return ()
        return [Reason("settled", gettext("The shortage is settled already."))]

    def get_consequences(self) -> Sequence[str]:
        short = self.subject
        return (short.reason, gettext("New date: %(date)s") % {"date": formats.day(short.new_date)})

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.shipment.get_absolute_url())
