"""Money that came in: reported by whoever hears of it, confirmed by finance (R5.1)."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS
from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import Reason
from core.formats import amount
from core.forms import ConfirmForm, ReasonForm
from core.timeline import timeline
from core.views.acts import ActView
from core.views.lists import ListPage
from core.views.pages import DetailPage
from credit.choices import ReceiptStatus
from credit.filters import ReceiptFilter
from credit.forms import ReportForm
from credit.models import Receipt
from credit.selectors import confirmed_total
from credit.services import confirm_receipt, refuse_receipt, report_receipt
from credit.services.receipts import SAME_PERSON
from credit.tables import COLUMNS, VIEWS
from customers.models import Customer

LIST = (_("Payments"), "credit:receipt-list")


class ReceiptList(ListPage):
    access = SIGNED_IN
    template_name = "credit/receipt_list.html"
    model = Receipt
    title = _("Payments")
    lead = _("Money reported by sales and partners; what finance has confirmed opens the gates.")
    related = ("customer", "reported_by")
    filterset_class = ReceiptFilter
    columns = COLUMNS
    saved_views = VIEWS
    empty = (_("No receipts here"), _("Money that is reported waits here until finance has seen it."))
    empty_icon = "coins"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever comes without a wish sees what waits for finance."""
        if not request.GET:
            return HttpResponseRedirect(f"{request.path}{self.tabs()[0]['url']}")
        return super().get(request, *args, **kwargs)


class ReceiptPage(DetailPage):
    access = SIGNED_IN
    model = Receipt
    related = ("customer", "reported_by", "decided_by")
    template_name = "credit/receipt_detail.html"
    crumbs = (LIST,)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receipt, reader = self.subject, person_of(self.request)
        return super().get_context_data(
            is_open=receipt.status == ReceiptStatus.REPORTED,
            reasons=why_not(receipt, reader),
            is_finance=reader.has_role(Role.FINANCE),
            confirmed=confirmed_total(receipt.reference, customer=receipt.customer, currency=receipt.currency),
            timeline=timeline(receipt, length=15),
            **kwargs,
        )


def why_not(receipt: Receipt, user: Any) -> list[Reason]:
    """Why this person cannot decide the receipt: the same that the service would answer."""
    if receipt.status != ReceiptStatus.REPORTED:
        text = gettext("This receipt was already decided by %(by)s.") % {"by": receipt.decided_by}
        return [Reason("decided", text, since=receipt.decided_at)]
    if receipt.reported_by_id == user.pk:
        return [Reason("four_eyes", SAME_PERSON, roles=(Role.FINANCE.value,), since=receipt.reported_at)]
    return []


class DecideReceipt(ActView):
    access = frozenset({Role.FINANCE})
    model = Receipt
    related = ("customer", "reported_by", "decided_by")
    crumbs = (LIST,)

    def get_reasons(self) -> list[Reason]:
        return why_not(self.subject, person_of(self.request))


class ConfirmReceipt(DecideReceipt):
    service = confirm_receipt
    form_class = ConfirmForm
    title = _("Confirm receipt %(subject)s")
    submit_label = _("Confirm receipt")
    success_message = _("Receipt %(subject)s is confirmed.")

    def get_consequences(self) -> list[str]:
        receipt = self.subject
        words = {
            "amount": amount(receipt.amount, receipt.currency),
            "customer": receipt.customer,
            "order": receipt.reference,
        }
        return [gettext("%(amount)s from %(customer)s is on the account and counts for order %(order)s.") % words]


class RefuseReceipt(DecideReceipt):
    service = refuse_receipt
    form_class = ReasonForm
    tone = "danger"
    title = _("Refuse receipt %(subject)s")
    submit_label = _("Refuse receipt")
    success_message = _("Receipt %(subject)s is refused.")


class ReportReceipt(ActView):
    """From a customer's page; the order's number may stand in the address."""

    access = ACTS["credit.report_receipt"].roles - {Role.PARTNER}
    model = Customer
    service = report_receipt
    form_class = ReportForm
    grid = True
    title = _("Report money received from %(subject)s")
    lead = _("Finance is asked to confirm it; only then does it count.")
    submit_label = _("Report money")
    success_message = _("Receipt %(subject)s waits for finance.")
    crumbs = (LIST,)

    def get_initial(self) -> dict[str, Any]:
        return {
            "reference": self.request.GET.get("reference", "")[:40],
            "amount": self.request.GET.get("amount", "")[:20],
            "received_date": timezone.localdate(),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "customer": self.subject}
