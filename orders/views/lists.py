"""The orders, and the queues of the reviews."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core.views import chips
from core.views.bulk import BulkAct
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import Page
from orders import services
from orders.choices import OrderStatus
from orders.filters import OrderFilter
from orders.models import Order
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.views.approvals import CommentForm


def approve_from_list(*, order: Order, comment: str = "", by: Any) -> Any:
    """The same door as the order's own page."""
    return services.decide_approval(order=order, approve=True, comment=comment, by=by)


class OrderList(ListPage):
    access = SIGNED_IN
    model = Order
    template_name = "orders/order_list.html"
    title = _("Orders")
    related = ("customer", "salesperson")
    fields = (
        "number", "status", "customer__name", "amount", "currency", "requested_date", "promise_date", "received_at",
        "salesperson__username", "salesperson__display_name",
    )  # fmt: skip
    filterset_class = OrderFilter
    default_sort = "-number"
    columns = (
        Column("number", _("Number"), value=str, kind="code", link=True, sort=("id",), phone="title"),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("customer", _("Customer"), value="customer.name"),
        Column("amount", _("Amount"), kind="money", sort=("amount",)),
        Column("requested_date", _("Asked for"), kind="day", sort=("requested_date",)),
        Column("promise_date", _("Promised"), kind="day", phone="hidden"),
        Column("salesperson", _("Salesperson"), phone="hidden"),
        Column("received_at", pgettext_lazy("time", "Received"), kind="moment", phone="hidden"),
    )
    saved_views = (
        SavedView("all", _("All")),
        SavedView("open", _("In progress"), {"state": "open"}),
        SavedView("late", _("Overdue"), {"overdue": "true"}),
        SavedView("received", _("In review"), {"status": OrderStatus.RECEIVED}),
        SavedView("reviewed", _("In approval"), {"status": OrderStatus.REVIEWED}),
        SavedView("production", _("In production"), {"status": OrderStatus.IN_PRODUCTION}),
        SavedView("draft", _("Drafts"), {"status": OrderStatus.DRAFT}),
    )
    bulk_acts = {
        "approve": BulkAct(
            _("Approve orders"), approve_from_list, argument="order", form_class=CommentForm,
            roles=MANAGERS, icon="circle-check", text=_("Each order is decided by itself, at the step that is yours."),
        ),
    }  # fmt: skip
    new = (_("New order"), "orders:order-new")
    empty = (_("No orders yet"), _("Enter the first one, or import a file of orders."))
    empty_icon = "clipboard-list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Beside the columns as shown, the trade's own table (訂單基本信息表) of the same orders."""
        context = super().get_context_data(**kwargs)
        query = self.request.GET.urlencode()
        table = [
            (_("Order table 1, %(kind)s") % {"kind": fmt.upper()},
             f"{reverse('orders:order-export', args=[fmt])}?{query}")
            for fmt in ("csv", "xlsx")
        ]  # fmt: skip
        filters = chips.without(self.request.GET, "view", "sort", "cols")
        exports = [*context["exports"], *table] if context["exports"] else []
        return {**context, "exports": exports, "query": filters}


QUEUES = {
    Role.INSIDE_SALES: (WorkKind.PRELIMINARY_REVIEW, ""),
    Role.ORDER_CENTER: (WorkKind.REVIEW, "order_center"),
    Role.FINANCE: (WorkKind.REVIEW, "finance"),
    Role.ENGINEERING: (WorkKind.REVIEW, "engineering"),
    Role.PRODUCTION: (WorkKind.REVIEW, "production"),
    Role.WAREHOUSE: (WorkKind.REVIEW, "warehouse"),
    Role.SALES_MANAGER: (WorkKind.APPROVAL, ""),
    Role.SALES_DIRECTOR: (WorkKind.APPROVAL, ""),
    Role.GENERAL_MANAGER: (WorkKind.APPROVAL, ""),
}
QUEUE_SIZE = 50


class ReviewQueues(Page):
    """Each department's queue: what waits for its word, the next due first."""

    access = frozenset(QUEUES)
    template_name = "orders/review_queues.html"
    title = _("Reviews")
    lead = _("What waits for your department's word, the next due first.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reader = person_of(self.request)
        roles = [role for role in QUEUES if reader.has_role(role)]
        wished = self.request.GET.get("queue", "")
        role = next((role for role in roles if role == wished), roles[0])
        items = list(queue_of(role)[: QUEUE_SIZE + 1])
        orders = Order.objects.select_related("customer", "salesperson").in_bulk([i.subject_id for i in items])
        asked = answers_awaited(orders)
        rows = [(item, orders[i], asked.get(i)) for item in items if (i := item.subject_id) in orders]
        tabs = [{"label": r.label, "url": f"?queue={r.value}", "current": r == role} for r in map(Role, roles)]
        return super().get_context_data(
            rows=rows[:QUEUE_SIZE], more=len(items) > QUEUE_SIZE, tabs=tabs if len(tabs) > 1 else [],
            now=timezone.now(), **kwargs,
        )  # fmt: skip


def queue_of(role: str) -> QuerySet[WorkItem]:
    kind, key = QUEUES[Role(role)]
    rows = WorkItem.objects.open().filter(kind=kind, owner_role=role, subject_type="orders.order")
    rows = rows.filter(key=key) if key else rows
    return rows.select_related("owner", "policy").with_pause_reason().order_by("due_at", "id")


def answers_awaited(orders: Iterable[int]) -> dict[int, WorkItem]:
    """By order the customer's answer that is due next; the latest to come is read last and gives way."""
    rows = WorkItem.objects.open().filter(kind=WorkKind.CUSTOMER_ANSWER, subject_type="orders.order")
    rows = rows.filter(subject_id__in=list(orders)).select_related("policy").order_by("-due_at", "-id")
    return {item.subject_id: item for item in rows}
