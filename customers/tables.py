from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.views.columns import Column
from core.views.lists import SavedView
from customers.choices import Tier

COLUMNS = (
    Column("name", _("Customer"), link=True, sort=("name",), phone="title"),
    Column("code", _("Code"), kind="code", sort=("code",)),
    Column("tier", _("Class"), kind="status", phone="corner"),
    Column("industry", _("Industry")),
    Column("region", _("Region")),
    Column("size", _("Size"), value="get_size_display", phone="hidden"),
    Column("frequency", _("Purchase frequency"), value="get_frequency_display", sort=("orders_in_year",)),
    Column("owner", _("Account manager")),
    Column("verified_date", _("Verified on"), kind="day", phone="hidden"),
)
VIEWS = (
    SavedView("all", _("All")),
    SavedView("mine", _("My customers"), {"mine": "true"}),
    SavedView("key", _("Key customers"), {"tier": Tier.KEY.value}),
    SavedView("renewal", _("To verify"), {"renewal": "true"}),
    SavedView("papers", _("Papers to be renewed"), {"papers": "true"}),
)

INQUIRY_COLUMNS = (
    Column("number", _("Number"), kind="code", link=True, sort=("id",), phone="title"),
    Column("status", _("Status"), kind="status", phone="corner"),
    Column("who", _("Customer")),
    Column("channel", _("Channel"), value="get_channel_display"),
    Column("wanted_date", _("Wanted by"), kind="day"),
    Column("salesperson", _("Salesperson")),
    Column("recorded_at", _("Recorded"), kind="moment", phone="hidden"),
)
INQUIRY_VIEWS = (
    SavedView("all", _("All")),
    SavedView("open", pgettext_lazy("state", "Open"), {"open": "true"}),
    SavedView("mine", _("My inquiries"), {"mine": "true", "open": "true"}),
    SavedView("unanswered", _("Not answered yet"), {"unanswered": "true"}),
)
