from django.utils.translation import gettext_lazy as _

from core.views.columns import Column
from core.views.lists import SavedView
from customers.choices import Tier

COLUMNS = (
    Column("name", _("Customer"), link=True, sort=("name",), phone="title"),
    Column("code", _("Code"), kind="code", sort=("code",)),
    Column("tier", _("Class"), kind="status", phone="corner"),
    Column("industry", _("Industry")),
    Column("region", _("Region")),
    Column("owner", _("Account manager")),
    Column("verified_date", _("Verified on"), kind="day", phone="hidden"),
)
VIEWS = (
    SavedView("all", _("All")),
    SavedView("mine", _("My customers"), {"mine": "true"}),
    SavedView("key", _("Key customers"), {"tier": Tier.KEY.value}),
    SavedView("renewal", _("To verify"), {"renewal": "true"}),
)
