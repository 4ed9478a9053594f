"""What the order page shows of an order, each thing read once and only when asked for."""

from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.acts import may
from accounts.choices import Role
from accounts.models import User
from core import formats
from core.attachments import attachments_of
from core.errors import Reason
from core.masking import mask_name, mask_phone
from core.models import Attachment, Document
from core.money import quantize
from credit.models import Receipt
from customers.privacy import log_disclosure, may_read_contacts, may_read_money
from orders.choices import FINAL, PATH, OrderStatus
from orders.guards import blockers
from orders.guards.money import without_figures
from orders.ladder import current_case, facts_of
from orders.models import Contract, Order, Quotation
from orders.money_due import MoneyDue, money_due
from orders.rounds import rounds_for
from orders.services.asking import with_asking
from orders.services.waivers import ANSWERERS
from workflow.choices import Gate, WaiverStatus
from workflow.ladder import reason_texts
from workflow.services import active_holds, open_items, preview_steps, waivers_of
from workflow.services.waivers import GRANTERS

# Status: (what comes next, URL of the act, its door). Steps that follow by themselves have no door here.
NEXT = {
    OrderStatus.DRAFT: (gettext_lazy("Receive order"), "orders:order-receive", "orders.receive_order"),
    OrderStatus.RETURNED: (gettext_lazy("Receive order again"), "orders:order-receive", "orders.receive_order"),
    OrderStatus.RECEIVED: (gettext_lazy("Pass review"), "orders:order-review", "orders.review_order"),
    OrderStatus.REVIEWED: (gettext_lazy("Approve order"), "orders:order-put-in-force", "orders.approve_order"),
    OrderStatus.APPROVED: (gettext_lazy("Start production"), "orders:order-start", "orders.start_production"),
    OrderStatus.IN_PRODUCTION: (gettext_lazy("Ship order"), "", ""),
    OrderStatus.SHIPPED: (gettext_lazy("Customer's acceptance"), "", ""),
    OrderStatus.ACCEPTED: (gettext_lazy("Close order"), "orders:order-close", "orders.close_order"),
}
S = OrderStatus
# Label, icon, URL of the act, its door, statuses it makes sense in.
MENU = (
    (gettext_lazy("Edit order"), "edit", "orders:order-edit", "orders.save_draft", (S.DRAFT, S.RETURNED)),
    (gettext_lazy("Preliminary review"), "list-check", "orders:order-preliminary", "orders.review_preliminarily",
     (S.RECEIVED,)),
    (gettext_lazy("Ask customer"), "help-circle", "orders:clarification-open", "orders.open_clarification",
     (S.RECEIVED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION)),
    (gettext_lazy("Return to sales"), "arrow-back-up", "orders:order-return", "orders.return_to_sales",
     (S.RECEIVED, S.REVIEWED)),
    (gettext_lazy("Report payment"), "coins", "orders:order-receipt", "orders.report_payment",
     (S.RECEIVED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION, S.SHIPPED, S.ACCEPTED)),
    (gettext_lazy("Copy order"), "copy", "orders:order-copy", "orders.copy_order", tuple(OrderStatus)),
    (gettext_lazy("Pack the dossier"), "archive", "orders:order-dossier", "orders.ask_dossier", tuple(OrderStatus)),
    (gettext_lazy("Hold order"), "hand-stop", "orders:order-hold", "orders.hold_order",
     (S.RECEIVED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION, S.SHIPPED, S.ACCEPTED)),
    (gettext_lazy("Cancel order"), "ban", "orders:order-cancel", "orders.cancel_order",
     (S.DRAFT, S.RECEIVED, S.RETURNED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION)),
)  # fmt: skip


class OrderFacts:
    """One reader's view of one order."""

    def __init__(self, order: Order, user: User) -> None:
        self.order, self.user = order, user

    @cached_property
    def lines(self) -> list[Any]:
        return list(self.order.lines.select_related("product", "agreement_line__contract"))

    @cached_property
    def open_contracts(self) -> set[int]:
        """Keys of the framework agreements its lines call off from that the reader may open."""
        keys = {line.agreement_line.contract_id for line in self.lines if line.agreement_line}
        rows = Contract.objects.visible_to(self.user).filter(pk__in=keys)
        return set(rows.values_list("pk", flat=True)) if keys else set()

    @cached_property
    def origins(self) -> list[Any]:
        """The quotation it was made of and the contracts it is filed under, as far as the reader may see them."""
        quotations = Quotation.objects.visible_to(self.user).filter(order=self.order)
        return [*quotations, *self.order.contracts.visible_to(self.user)]

    @cached_property
    def terms(self) -> list[dict[str, Any]]:
        """The schedule with the amount of each part and how much of it has arrived.

        What is due up to a part is rounded, as the gates do it, so that the parts add up to the amount to the cent.
        """
        rest, parts = self.paid, []
        percent = due = Decimal(0)
        for term in self.order.terms.all():
            percent += term.percent
            before, due = due, quantize(self.order.amount * percent / 100, self.order.currency)
            amount = due - before
            arrived = min(max(rest, Decimal(0)), amount)
            rest -= amount
            parts.append({"term": term, "amount": amount, "arrived": arrived, "settled": arrived >= amount})
        return parts

    @cached_property
    def receipts(self) -> list[Receipt]:
        rows = Receipt.objects.filter(reference=self.order.number or "-").select_related("reported_by", "decided_by")
        return list(rows.order_by("pk"))

    @cached_property
    def own_receipts(self) -> set[int]:
        """Keys of those the reader may open."""
        rows = Receipt.objects.visible_to(self.user).filter(pk__in=[receipt.pk for receipt in self.receipts])
        return set(rows.values_list("pk", flat=True)) if self.receipts else set()

    @cached_property
    def paid(self) -> Decimal:
        """As the guards count it: the buyer's own money, in the order's currency."""
        counted = (r for r in self.receipts if r.status == "confirmed" and self._counts(r))
        return sum((r.amount for r in counted), Decimal(0))

    @cached_property
    def money_due(self) -> list[MoneyDue]:
        return money_due(self.order, self.receipts, waived=bool(self.waivers))

    def _counts(self, receipt: Receipt) -> bool:
        return (receipt.customer_id, receipt.currency) == (self.order.customer_id, self.order.currency)

    @cached_property
    def steps(self) -> list[dict[str, Any]]:
        """The path with the day of each step passed."""
        order, status = self.order, OrderStatus(self.order.status)
        stopped = status in (S.RETURNED, S.CANCELED, S.REJECTED)
        here = PATH.index(status) if status in PATH else -1
        stamps = [getattr(order, f"{step}_at") for step in PATH]
        if stopped:
            here = max((i for i, at in enumerate(stamps) if at), default=-1)
        return [
            {
                "label": step.label,
                "state": _state(i, here, stopped, final=status == S.CLOSED),
                "note": formats.day(at) if at and i <= here else "",
            }
            for i, (step, at) in enumerate(zip(PATH, stamps, strict=True))
        ]

    @cached_property
    def blockers(self) -> list[Reason]:
        reasons = [for_reader(reason, self.order, self.user) for reason in blockers(self.order)]
        return with_asking(reasons, self.order, self.user)

    @cached_property
    def next_step(self) -> dict[str, Any] | None:
        """What comes next, and its button when the reader may press it."""
        status = OrderStatus(self.order.status)
        if status in FINAL:
            return None
        label, url_name, act = NEXT[status]
        allowed = bool(act) and may(self.user, act)
        return {
            "label": label,
            "url": reverse(url_name, args=[self.order.pk]) if allowed else "",
            "waiting_for": "" if allowed else self._waiting_for(act),
        }

    def _waiting_for(self, act: str) -> str:
        return _("A colleague in charge does it.") if act else _("It follows by itself.")

    @cached_property
    def menu(self) -> list[tuple[Any, str, str]]:
        """The other acts the reader may do now: label, icon, address."""
        status = OrderStatus(self.order.status)
        return [
            (label, icon, reverse(url, args=[self.order.pk]))
            for label, icon, url, act, statuses in MENU
            if status in statuses and may(self.user, act)
        ]

    @cached_property
    def clocks(self) -> list[Any]:
        return list(open_items(self.order).select_related("policy").with_pause_reason())

    @cached_property
    def holds(self) -> list[Any]:
        return list(active_holds(self.order))

    @cached_property
    def waivers(self) -> list[Any]:
        return list(waivers_of(self.order))

    @property
    def may_ask_for_payment(self) -> bool:
        """Who may open the gate opens it; nobody asks twice."""
        waiting = any(row.gate == Gate.PAYMENT and row.status == WaiverStatus.REQUESTED for row in self.waivers)
        allowed = may(self.user, "orders.request_order_waiver") and not self.user.has_role(*GRANTERS[Gate.PAYMENT])
        return allowed and not waiting

    @cached_property
    def rounds(self) -> list[Any]:
        return rounds_for(self.order, self.user)

    @cached_property
    def clarifications(self) -> list[Any]:
        return list(self.order.clarifications.all())

    @cached_property
    def case(self) -> Any:
        return current_case(self.order)

    @cached_property
    def case_steps(self) -> list[tuple[Any, list[str]]]:
        """Each step of the case with the reasons it was asked for."""
        return [(step, reason_texts(step.reasons)) for step in self.case.steps.all()] if self.case else []

    @cached_property
    def ladder(self) -> list[Any]:
        """Who will have to approve, and why, before anything is submitted (R14.2)."""
        if self.order.status not in (S.DRAFT, S.RETURNED, S.RECEIVED) or not self.order.customer_id:
            return []
        return preview_steps("order", facts_of(self.order))

    @cached_property
    def documents(self) -> list[Document]:
        rows = Document.objects.filter(subject_type="orders.order", subject_id=self.order.pk)
        return list(rows.defer("context").select_related("issued_by").order_by("-pk"))

    @cached_property
    def files(self) -> list[Attachment]:
        return list(attachments_of(self.order)[:100])

    @cached_property
    def contact(self) -> dict[str, str]:
        """Masked for whoever has no business with the customer (R1.6)."""
        order = self.order
        names = {"name": order.contact_name, "receiver": order.receiver}
        phones = {"phone": order.contact_phone, "receiver_phone": order.receiver_phone}
        if disclosed(order, self.user):
            return {**names, **phones}
        masked = {k: mask_name(v) for k, v in names.items()} | {k: mask_phone(v) for k, v in phones.items()}
        return {**masked, "masked": "1"}

    @property
    def promised_late(self) -> bool:
        order = self.order
        return bool(order.promise_date and order.requested_date and order.promise_date > order.requested_date)


def for_reader(reason: Reason, order: Order, user: User) -> Reason:
    """The way out as this person has it: nobody gives another department's opinion (R3.1), and to whoever may let the
    goods go without the money, that is the way shown (R5.1)."""
    if reason.code == "opinion_pending" and not user.has_role(*reason.roles):
        return replace(reason, url="", act="")
    if order.customer and not may_read_money(user, order.customer):
        reason = without_figures(reason)
    if reason.code == "check_failed" and not user.has_role(*ANSWERERS) and may(user, "orders.request_order_waiver"):
        return replace(reason, url=f"{reason.url}ask/", act=_("Ask for special approval"))
    if reason.code == "payment" and user.has_role(*GRANTERS[Gate.PAYMENT]):
        url = reverse("orders:order-waiver", args=[order.pk, Gate.PAYMENT])
        return replace(reason, url=url, act=_("Approve specially"))
    return reason


def reads_contacts(user: User, order: Order) -> bool:
    """Whoever sells it or brings it reads whom to call, beside those who may read the customer's contacts anyway."""
    works = order.salesperson_id == user.pk or user.has_role(Role.WAREHOUSE, Role.LOGISTICS)
    return order.customer is None or may_read_contacts(user, order.customer, works_on_order=works)


def disclosed(order: Order, user: User) -> bool:
    """Whether the person reads whom to call; who neither sells to the customer nor owns it leaves a trace (R1.6)."""
    if not reads_contacts(user, order):
        return False
    if order.customer and user.pk != order.salesperson_id:
        log_disclosure(user, order.customer)
    return True


def _state(i: int, here: int, stopped: bool, *, final: bool) -> str:
    if i < here or (i == here and final):
        return "done"
    if i == here:
        return "stopped" if stopped else "now"
    return ""
