from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MovementKind(TextChoices):
    RECEIVED = "received", pgettext_lazy("stock", "Received")
    TAKEN = "taken", _("Taken for dispatch")
    CORRECTED = "corrected", _("Corrected")
    TRANSFERRED = "transferred", _("Moved between warehouses")


class LotStatus(TextChoices):
    """Goods of a blocked lot lie there and are promised to nobody."""

    USABLE = "usable", pgettext_lazy("lot", "Usable")
    BLOCKED = "blocked", pgettext_lazy("lot", "Blocked")


class CountStatus(TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    POSTED = "posted", _("Posted")
    DISCARDED = "discarded", _("Discarded")
