"""Who has how much to do (R4.1)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.views.pages import Page
from workflow.inbox import sees_team
from workflow.load import shares_of


class LoadPage(Page):
    access = SIGNED_IN
    template_name = "workflow/load.html"
    title = _("Work by person")
    lead = _("Open work of each department and person, and how much of it is late.")
    crumbs = ((_("Inbox"), "workflow:inbox"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        shares = shares_of(user, timezone.now())
        widest = max((share.number for share in shares), default=0)
        return super().get_context_data(shares=shares, widest=widest, sees_team=sees_team(user), **kwargs)
