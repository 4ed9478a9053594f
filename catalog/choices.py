from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MovementKind(TextChoices):
    RECEIVED = "received", _("Received")
    TAKEN = "taken", _("Taken for dispatch")
    CORRECTED = "corrected", _("Corrected")
