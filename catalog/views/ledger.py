"""The ledger of stock, and what is promised to which order (R5.9)."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from catalog.choices import MovementKind
from catalog.filters import MovementFilter, ReservationFilter
from catalog.models import StockMovement, StockReservation
from catalog.references import marked
from catalog.tables import MOVEMENT_COLUMNS, RESERVATION_COLUMNS
from catalog.views.products import LIST
from core.views.lists import ListPage, SavedView


class ReadByNumber(ListPage):
    """Rows that name orders; their numbers are for who may see them."""

    def get_queryset(self) -> QuerySet[Any]:
        reader = person_of(self.request)
        return marked(super().get_queryset(), reader, of_another="reference", batch_of_another="lot__batch")


class MovementList(ReadByNumber):
    """Every movement with the balance it left in its lot."""

    access = SIGNED_IN
    model = StockMovement
    template_name = "catalog/movement_list.html"
    title = _("Stock movements")
    lead = _("What came into stock and what left it; the balance is the lot's, after the movement.")
    crumbs = (LIST,)
    related = ("lot__product", "lot__warehouse", "by")
    filterset_class = MovementFilter
    columns = MOVEMENT_COLUMNS
    default_sort = "-at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("in", _("Received into stock"), {"kind": MovementKind.RECEIVED}),
        SavedView("out", _("Taken for dispatch"), {"kind": MovementKind.TAKEN}),
        SavedView("corrected", _("Corrected"), {"kind": MovementKind.CORRECTED}),
    )
    empty = (_("Nothing has moved yet"), _("What is received, dispatched, counted or moved appears here."))
    empty_icon = "history"

    def row_url(self, row: StockMovement) -> str:
        return reverse("catalog:product-detail", args=[row.lot.product_id])


class ReservationList(ReadByNumber):
    """Which goods are promised, and to which orders."""

    access = SIGNED_IN
    model = StockReservation
    title = _("Goods promised to orders")
    crumbs = (LIST,)
    related = ("lot__product", "lot__warehouse")
    filterset_class = ReservationFilter
    columns = RESERVATION_COLUMNS
    default_sort = "reference"
    empty = (_("Nothing is promised"), _("When an order is approved, what is in stock is reserved for it."))
    empty_icon = "lock"

    def row_url(self, row: Any) -> str:
        if row.of_another:
            return ""
        return f"{reverse('orders:order-list')}?{urlencode({'q': row.reference})}"
