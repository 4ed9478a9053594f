"""What a customer may owe."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from core.formats import amount, group
from core.views.acts import ActView
from credit.forms import LimitForm
from credit.selectors import credit_account
from credit.services import set_credit_limit
from customers.models import Customer


class SetCreditLimit(ActView):
    access = ACTS["credit.set_credit_limit"].roles
    model = Customer
    service = set_credit_limit
    form_class = LimitForm
    title = _("Credit limit of %(subject)s")
    submit_label = _("Set credit limit")
    success_message = _("The credit limit of %(subject)s is set.")
    crumbs = ((_("Customers"), "customers:customer-list"),)

    def get_initial(self) -> dict[str, Any]:
        account = credit_account(self.subject)
        return {"limit": group(account.limit, 2), "grade": account.grade}

    def get_consequences(self) -> list[str]:
        account, currency = credit_account(self.subject), self.subject.currency
        words = {
            "limit": amount(account.limit, currency),
            "exposure": amount(account.exposure, currency),
            "available": amount(account.available_credit, currency),
        }
        return [gettext("Now: limit %(limit)s, owed %(exposure)s, available %(available)s.") % words]

    def get_success_url(self, result: Any) -> str:
        return super().get_success_url(self.subject)
