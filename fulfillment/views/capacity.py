"""Load and capacity of the coming weeks, and the general manager's ranking (R4.4)."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import may
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import ActView, FormPage
from core.views.pages import Page
from core.weeks import WEEK
from fulfillment.capacity import Capacities, has_many_currencies, lines_of, ranking, table
from fulfillment.forms.capacity import CapacityDecisionForm, CapacityForm
from fulfillment.models import CapacityConflict
from fulfillment.services import decide_capacity, set_capacity
from fulfillment.views.base import staff_of

CAPACITY = (_("Capacity"), "fulfillment:capacity")
WEEKS = 8


class CapacityPage(Page):
    access = SIGNED_IN
    template_name = "fulfillment/capacity.html"
    title = _("Capacity")
    lead = _("Pieces promised against what can be made, by family and week.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weeks, rows = table(timezone.localdate(), WEEKS)
        may_set = may(person_of(self.request), "fulfillment.set_capacity")
        return super().get_context_data(weeks=weeks, rows=rows, may_set=may_set, **kwargs)


class SetCapacity(FormPage):
    access = staff_of("fulfillment.set_capacity")
    service = set_capacity
    form_class = CapacityForm
    title = _("Set capacity")
    crumbs = (CAPACITY,)
    cancel = CAPACITY[1]
    submit_label = _("Set capacity")
    success_message = _("The capacity is set.")

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("family", "week", "quantity")}

    def get_success_url(self, result: Any) -> str:
        return reverse(CAPACITY[1])


class ConflictPage(ActView):
    """The lines of the week by profit; what does not fit is marked to move."""

    access = staff_of("fulfillment.decide_capacity")
    model = CapacityConflict
    subject_name = "conflict"
    related = ("family", "decided_by")
    service = decide_capacity
    form_class = CapacityDecisionForm
    page_template = "fulfillment/conflict_detail.html"
    title = _("What is made first: %(subject)s")
    submit_label = _("Set the plan")
    success_message = _("The plan is set. Sales tell the customers whose date has moved.")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(CAPACITY[0]), reverse(CAPACITY[1]))]

    @cached_property
    def capacity(self) -> Any:
        return Capacities().of(self.subject.family_id, self.subject.week) or Decimal(0)

    def get_form_kwargs(self) -> dict[str, Any]:
        lines = lines_of(self.subject.family_id, self.subject.week)
        ranked = ranking(lines, self.capacity)
        return {**super().get_form_kwargs(), "ranked": ranked, "next_day": self.subject.week + WEEK}

    def get_reasons(self) -> Sequence[Reason]:
        if self.subject.is_open:
            return ()
        return [Reason("decided", gettext("This was decided already."))]

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"conflict": self.subject, "moved": form.moved(), "note": form.cleaned_data["note"]}

    def get_success_url(self, result: Any) -> str:
        return reverse(CAPACITY[1])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ranked = kwargs["form"].ranked
        promised = sum((row.line.quantity_open for row in ranked), Decimal(0))
        mixed = has_many_currencies(row.line for row in ranked)
        return super().get_context_data(capacity=self.capacity, promised=promised, mixed=mixed, **kwargs)
