"""What is counted, and from which transitions of orders."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Measure(TextChoices):
    STAGE = "stage", _("Orders standing in a status now")  # running total, under EPOCH; dimension: status
    STAGE_CHANGE = "stage_change", _("Orders that entered less those that left")  # per day; dimension: status
    INTAKE = "intake", _("Orders received for the first time")
    SHIPPED = "shipped", _("Orders shipped")  # dimension: Punctuality
    SHIPPED_FIRST = "shipped_first", _("Orders shipped, by their first promise")  # dimension: Punctuality
    CLOSED = "closed", _("Orders closed")


class Punctuality(TextChoices):
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    UNKNOWN = "unknown", _("Nothing promised")
