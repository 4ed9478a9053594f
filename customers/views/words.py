"""What the pages of the archive share: the way back, and one refusal."""

from django.utils.translation import gettext_lazy as _

LIST = (_("Customers"), "customers:customer-list")
NOT_YOURS = _("Another account manager looks after this customer. Ask them or your manager.")
