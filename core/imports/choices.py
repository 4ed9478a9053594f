from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class JobStatus(TextChoices):
    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Columns chosen")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, nothing written yet")
    COMMITTING = "committing", _("Being taken")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


RUNNING = (JobStatus.CHECKING, JobStatus.COMMITTING)


class Outcome(TextChoices):
    """Of a row and of the thing its rows make up; `partial` is for the thing alone."""

    READY = "ready", _("Ready")
    MENDED = "mended", _("Ready, mended")
    PARTIAL = "partial", _("Ready without its refused rows")
    REFUSED = "refused", pgettext_lazy("row", "Refused")
    DUPLICATE = "duplicate", _("Here already")
    TAKEN = "taken", _("Taken")


# In the order people read them: what came in first.
SHOWN = (Outcome.TAKEN, Outcome.READY, Outcome.MENDED, Outcome.PARTIAL, Outcome.REFUSED, Outcome.DUPLICATE)
TO_TAKE = (Outcome.READY, Outcome.MENDED, Outcome.PARTIAL)
