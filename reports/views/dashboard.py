from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import MANAGERS, Role
from core.views.pages import Page
from reports.dashboard import Dashboard

READERS = MANAGERS | {Role.SUPERVISION, Role.ORDER_CENTER}


class DashboardPage(Page):
    access = READERS
    template_name = "reports/dashboard.html"
    title = _("Dashboard")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        board = Dashboard(timezone.now())
        return super().get_context_data(
            cards=board.cards(), stages=board.stages(), intake=board.intake(), late=board.late(), **kwargs
        )
