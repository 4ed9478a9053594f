"""Preparation sheet, the check before goods leave, shortages (R5.3, R5.4, R6.1)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from core import formats
from core.errors import Reason
from core.forms import ConfirmForm
from core.views.acts import ActView
from fulfillment.forms.preparation import CheckForm, MeasureForm, PreparationForm, ShortageForm
from fulfillment.models import DeliveryCheck, Shortage
from fulfillment.services import check_delivery, record_preparation, report_shortage, reserve_goods, settle_shortage
from fulfillment.services.preparation import proposed_batches
from fulfillment.services.withdrawn import uncovered
from fulfillment.views.base import ORDERS, SHIPMENTS, OrderAct, ShipmentAct, staff_of


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
    related = ("order__customer", "shipment", "reported_by")
    service = settle_shortage
    form_class = MeasureForm
    title = _("Settle the shortage")
    submit_label = _("Settle the shortage")
    success_message = _("The shortage is settled.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_dated": self.subject.new_date is not None}

    def get_crumbs(self) -> list[tuple[str, str]]:
        way = SHIPMENTS if self.subject.shipment else ORDERS
        return [(str(way[0]), reverse(way[1])), (str(self.about), self.about.get_absolute_url())]

    @property
    def about(self) -> Any:
        return self.subject.shipment or self.subject.order

    def get_lead(self) -> str:
        return str(self.subject.order.customer or "")

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open:
            return ()
        return [Reason("settled", gettext("The shortage is settled already."))]

    def get_consequences(self) -> Sequence[str]:
        short = self.subject
        if short.new_date is None:
            return (short.reason, gettext("The customer is to be told the reason and the new date."))
        return (short.reason, gettext("New date: %(date)s") % {"date": formats.day(short.new_date)})

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.about.get_absolute_url())


class ReserveGoods(OrderAct):
    access = staff_of("fulfillment.reserve_goods")
    service = reserve_goods
    form_class = ConfirmForm
    title = _("Reserve goods for order %(subject)s")
    submit_label = _("Reserve goods")
    success_message = _("Goods are reserved for %(subject)s.")

    def get_consequences(self) -> Sequence[str]:
        wanted = uncovered(self.subject)
        lines = list(self.subject.lines.filter(pk__in=wanted).order_by("position"))
        products = Product.objects.filter(pk__in={line.product_id for line in lines})
        stock = dict(products.with_stock().values_list("pk", "available"))  # type: ignore[misc]  # annotated above
        return [
            gettext("%(goods)s: %(missing)s not reserved, %(available)s available")
            % {"goods": line.description, "missing": formats.quantity(wanted[line.pk], line.unit),
               "available": formats.quantity(stock[line.product_id], line.unit)}
            for line in lines
        ]  # fmt: skip

    def get_reasons(self) -> Sequence[Reason]:
        if uncovered(self.subject):
            return ()
        return [Reason("covered", gettext("Everything still to be shipped is reserved."))]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.subject.get_absolute_url())
