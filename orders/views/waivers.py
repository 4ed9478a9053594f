"""Special approval on its way: asked for on the order, answered from the inbox (R3.4, R5.1)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import formats
from core.errors import Reason
from core.views.acts import ActView
from orders import services
from orders.forms import acts as forms
from orders.models import Order
from orders.services.waivers import ANSWERERS, is_asked
from orders.views.acts import GrantWaiver
from orders.views.base import staff_of
from workflow.choices import WaiverStatus
from workflow.models import Waiver


class AskForWaiver(GrantWaiver):
    access = staff_of("orders.request_order_waiver")
    service = services.request_order_waiver
    title = _("Ask for special approval of %(subject)s")
    submit_label = _("Ask for special approval")
    success_message = _("The special approval is asked for.")

    def get_reasons(self) -> Sequence[Reason]:
        if is_asked(self.subject, self.kwargs["gate"]):
            return [Reason("asked", gettext("This special approval is asked for or granted already."))]
        return super().get_reasons()


class AnswerWaiver(ActView):
    access = ANSWERERS
    model = Waiver
    subject_name = "waiver"
    related = ("requested_by",)
    service = services.answer_order_waiver
    form_class = forms.WaiverAnswerForm
    title = _("Special approval: %(subject)s")
    submit_label = _("Record the decision")
    success_message = _("The decision is recorded.")

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(subject_type="orders.order")

    def get_order(self) -> Order:
        return Order.objects.select_related("customer").get(pk=self.subject.subject_id)

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.get_order()
        return [(gettext("Orders"), reverse("orders:order-list")), (str(order), order.get_absolute_url())]

    def get_lead(self) -> str:
        return str(self.get_order().customer or "")

    def get_consequences(self) -> Sequence[str]:
        asked, order = self.subject, self.get_order()
        words = {"by": asked.requested_by, "reason": asked.reason, "gate": asked.get_gate_display()}
        said = [
            gettext("%(by)s asks: %(reason)s") % words,
            gettext("Opens the gate “%(gate)s” once; it is printed on what it lets through.") % words,
        ]
        if asked.cap:
            said.append(gettext("Up to %(cap)s.") % {"cap": formats.amount(asked.cap, order.currency)})
        if asked.expires_at:
            said.append(gettext("Valid until %(time)s.") % {"time": formats.moment(asked.expires_at)})
        return said

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.status == WaiverStatus.REQUESTED:
            return ()
        return [Reason("waiver_status", gettext("Somebody else has already answered this."))]

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or str(self.get_order().get_absolute_url())
