"""The order's page."""

from typing import Any

from django.db.models import Prefetch

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.views.pages import DetailPage
from orders.models import Clarification
from orders.page import OrderFacts
from orders.views.base import ORDERS, OnOrder


class OrderPage(OnOrder, DetailPage):
    """Steps, what blocks the next one, clocks; lines and money; reviews, production, shipments; the timeline."""

    access = SIGNED_IN
    template_name = "orders/order_detail.html"
    crumbs = (ORDERS,)

    def get_queryset(self) -> Any:
        """With what the guards ask for and the page shows as well."""
        asked = Clarification.objects.select_related("asked_by", "resolved_by")
        return (
            super()
            .get_queryset()
            .prefetch_related("terms", Prefetch("clarifications", asked.prefetch_related("communications__by")))
        )

    def get_crumbs(self) -> list[tuple[str, str]]:
        return DetailPage.get_crumbs(self)  # the list only: this is the order itself

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        facts = OrderFacts(self.subject, person_of(self.request))
        return super().get_context_data(facts=facts, **kwargs)
