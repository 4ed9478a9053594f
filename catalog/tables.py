from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.references import ANOTHER
from core.views.columns import Column
from core.views.lists import SavedView


def reference_of(row: Any) -> Any:
    """As its reader may read it: rows as catalog.references.marked leaves them."""
    return ANOTHER if row.of_another else row.reference


def batch_of(row: Any) -> Any:
    """Goods made for one order lie under its number."""
    return ANOTHER if row.batch_of_another else row.lot.batch


COLUMNS = (
    Column("code", _("Code"), kind="code", link=True, sort=("code",), phone="title"),
    Column("name", _("Product"), value="local_name"),
    Column("specification", _("Specification")),
    Column("list_price", _("List price"), kind="money", sort=("list_price",)),
    Column("on_hand", _("On hand"), kind="quantity", unit="unit", phone="hidden"),
    Column("reserved", _("Reserved"), kind="quantity", unit="unit", phone="hidden"),
    Column("available", _("Available"), kind="quantity", unit="unit"),
    Column("blocked", pgettext_lazy("lot", "Blocked"), kind="quantity", unit="unit", phone="hidden"),
    Column("lead_time_days", _("Lead time (days)"), kind="number", phone="hidden"),
)
VIEWS = (
    SavedView("all", _("All")),
    SavedView("available", _("Available"), {"stock": "some", "is_active": "true"}),
    SavedView("none", _("Nothing available"), {"stock": "none", "is_active": "true"}),
    SavedView("blocked", pgettext_lazy("lot", "Blocked"), {"stock": "blocked"}),
)

MOVEMENT_COLUMNS = (
    Column("at", _("Time"), kind="moment", sort=("at",), link=True, phone="title"),
    Column("kind", _("Kind"), value="get_kind_display", phone="corner"),
    Column("code", _("Code"), kind="code", value="lot.product.code"),
    Column("product", _("Product"), value="lot.product.local_name"),
    Column("batch", _("Batch"), kind="code", value=lambda row: batch_of(row)),
    Column("warehouse", pgettext_lazy("place", "Warehouse"), value="lot.warehouse"),
    Column("quantity", _("Quantity"), kind="quantity", unit="lot.product.unit"),
    Column("balance", _("Balance of the lot"), kind="quantity"),
    Column("reference", _("Reference"), kind="code", value=lambda row: reference_of(row)),
    Column("note", _("Note"), phone="hidden"),
    Column("by", _("By"), phone="hidden"),
)
RESERVATION_COLUMNS = (
    # In the order they were promised in: sorted by number, the rows without one would tell where theirs stands.
    Column(
        "reference",
        _("Order"),
        kind="code",
        value=lambda row: reference_of(row),
        link=True,
        sort=("pk",),
        phone="title",
    ),
    Column("code", _("Code"), kind="code", value="lot.product.code"),
    Column("product", _("Product"), value="lot.product.local_name"),
    Column("batch", _("Batch"), kind="code", value=lambda row: batch_of(row)),
    Column("warehouse", pgettext_lazy("place", "Warehouse"), value="lot.warehouse"),
    Column("quantity", _("Reserved"), kind="quantity", unit="lot.product.unit", phone="corner"),
    Column("on_hand", _("On hand in the lot"), kind="quantity", value="lot.on_hand"),
)
COUNT_COLUMNS = (
    Column("number", _("Number"), kind="code", link=True, phone="title"),
    Column("warehouse", pgettext_lazy("place", "Warehouse")),
    Column("family", _("Family")),
    Column("status", _("Status"), kind="status", phone="corner"),
    Column("drawn_at", _("Drawn"), kind="moment"),
    Column("drawn_by", _("Drawn by")),
    Column("closed_at", _("Closed"), kind="moment"),
    Column("closed_by", _("Closed by"), phone="hidden"),
)
WAREHOUSE_COLUMNS = (
    Column("code", _("Code"), kind="code", link=True, sort=("code",), phone="title"),
    Column("name", _("Name")),
    Column("lots", _("Lots with goods"), value="lots_with_goods", kind="number"),
    Column("is_active", _("State"), value=lambda row: _("Active") if row.is_active else _("Inactive"), phone="corner"),
)
