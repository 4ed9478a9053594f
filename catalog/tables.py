from django.utils.translation import gettext_lazy as _

from core.views.columns import Column
from core.views.lists import SavedView

COLUMNS = (
    Column("code", _("Code"), kind="code", link=True, sort=("code",), phone="title"),
    Column("name", _("Product"), value="local_name"),
    Column("specification", _("Specification")),
    Column("list_price", _("List price"), kind="money", sort=("list_price",)),
    Column("on_hand", _("On hand"), kind="quantity", unit="unit", phone="hidden"),
    Column("reserved", _("Reserved"), kind="quantity", unit="unit", phone="hidden"),
    Column("available", _("Available"), kind="quantity", unit="unit"),
    Column("lead_time_days", _("Lead time (days)"), kind="number", phone="hidden"),
)
VIEWS = (
    SavedView("all", _("All")),
    SavedView("available", _("Available"), {"stock": "some", "is_active": "true"}),
    SavedView("none", _("Nothing available"), {"stock": "none", "is_active": "true"}),
)
