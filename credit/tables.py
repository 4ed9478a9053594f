from django.utils.translation import gettext_lazy as _

from core.views.columns import Column
from core.views.lists import SavedView

COLUMNS = (
    Column("number", _("Number"), kind="code", link=True, phone="title"),
    Column("customer", _("Customer")),
    Column("reference", _("Order"), kind="code"),
    Column("amount", _("Amount"), kind="money"),
    Column("received_date", _("Received on"), kind="day"),
    Column("method", _("Method"), value="get_method_display", phone="hidden"),
    Column("status", _("Status"), kind="status", phone="corner"),
    Column("reported_by", _("Reported by")),
)
VIEWS = (
    SavedView("confirm", _("To confirm"), {"status": "reported"}),
    SavedView("all", _("All")),
    SavedView("confirmed", _("Confirmed"), {"status": "confirmed"}),
    SavedView("refused", _("Refused"), {"status": "refused"}),
)
