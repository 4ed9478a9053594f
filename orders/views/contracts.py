"""Contracts (R3.8): the searchable archive, a contract's page, and the acts on one."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import may
from accounts.choices import Role
from accounts.models import User
from accounts.views.person import person_of
from core import formats
from core.attachments import OFFICE, attachments_of
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from core.views.pages import DetailPage, SubjectMixin
from customers.picking import customer_label, given_customer
from orders import services
from orders.choices import ContractKind, ContractStatus
from orders.filters_contract import ContractFilter
from orders.forms import contract as forms
from orders.forms import entry
from orders.models import Contract, Order, OrderLine
from orders.prices import usual_prices
from orders.services.call_offs import days_of
from orders.services.contracts import FIELDS, ContractSpec
from orders.views.base import staff_of
from workflow.services import open_items

CONTRACTS = (_("Contracts"), "orders:contract-list")
S = ContractStatus
MOST_CALL_OFFS = 100  # shown on an agreement's page
# Label, icon, URL of the act, its door, statuses it makes sense in.
MENU = (
    (_("Edit contract"), "edit", "orders:contract-edit", "orders.save_contract", (S.DRAFT,)),
    (_("Record signature"), "signature", "orders:contract-sign", "orders.sign_contract", (S.DRAFT,)),
    (_("File order"), "clipboard-list", "orders:contract-link", "orders.link_order", (S.DRAFT, S.SIGNED)),
    (_("Call off goods"), "shopping-cart", "orders:contract-call-off", "orders.call_off", (S.SIGNED,)),
    (_("Extend contract"), "calendar-event", "orders:contract-extend", "orders.extend_contract", (S.SIGNED,)),
    (_("End contract"), "archive", "orders:contract-end", "orders.end_contract", (S.SIGNED,)),
)


class ContractList(ListPage):
    access = OFFICE
    model = Contract
    title = _("Contracts")
    related = ("customer", "owner")
    filterset_class = ContractFilter
    default_sort = "-number"
    columns = (
        Column("number", _("Number"), kind="code", link=True, sort=("id",), phone="title"),
        Column("status", _("Status"), kind="status", phone="corner"),
        Column("title", _("Title")),
        Column("customer", _("Customer"), value="customer.name"),
        Column("kind", _("Kind"), value="get_kind_display", phone="hidden"),
        Column("amount", _("Amount"), kind="money", value=lambda row: row.amount or None),
        Column("signed_date", _("Signed on"), kind="day", phone="hidden"),
        Column("expiry_date", _("In force until"), kind="day", sort=("expiry_date",)),
    )
    saved_views = (
        SavedView("all", _("All")),
        SavedView("in_force", _("In force"), {"in_force": "true"}),
        SavedView("ending", _("Ending soon"), {"ending": "true"}),
        SavedView("framework", _("Framework agreements"), {"kind": "framework"}),
        SavedView("draft", _("Drafts"), {"status": S.DRAFT}),
    )
    empty = (
        _("No contracts yet"),
        _("Write the first one; with its signed file it is in force and found here."),
    )
    empty_icon = "signature"

    @property
    def new(self) -> tuple[Any, str] | None:  # type: ignore[override]
        allowed = may(person_of(self.request), "orders.save_contract")
        return (_("New contract"), "orders:contract-new") if allowed else None


class OnContract(SubjectMixin):
    """A page about one contract that the person may see."""

    model = Contract
    related = ("customer", "owner", "quotation")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(CONTRACTS[0]), reverse(CONTRACTS[1])), (str(self.subject), self.subject.get_absolute_url())]


class ContractPage(OnContract, DetailPage):
    access = OFFICE
    template_name = "orders/contract_detail.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(CONTRACTS[0]), reverse(CONTRACTS[1]))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contract, reader = self.subject, person_of(self.request)
        days = (contract.expiry_date - timezone.localdate()).days if contract.expiry_date else None
        return super().get_context_data(
            acts=[
                (label, icon, reverse(url, args=[contract.pk]))
                for label, icon, url, act, statuses in MENU
                if contract.status in statuses and may(reader, act) and _fits(contract, act)
            ],
            orders=contract.orders.visible_to(reader).order_by("-id")[:50],
            agreed=agreed_lines(contract),
            call_offs=call_offs_of(contract, reader),
            clocks=list(open_items(contract).select_related("policy")),
            files=list(attachments_of(contract)[:100]),
            days_left=days if contract.status == S.SIGNED else None,
            **kwargs,
        )


def _fits(contract: Contract, act: str) -> bool:
    if act != "orders.call_off":
        return True
    return contract.kind == ContractKind.FRAMEWORK and contract.in_force_on(timezone.localdate())


def agreed_lines(contract: Contract) -> list[Any]:
    """The agreed goods with what was called off, what stands in drafts, and what is left; two statements at most."""
    if contract.kind != ContractKind.FRAMEWORK:
        return []
    rows: list[Any] = list(contract.lines.with_call_offs().select_related("product"))
    for row in rows:
        row.left = row.quantity - row.called_off
        row.share = int(100 * row.called_off / row.quantity)
        row.days, row.is_open = days_of(row), row.left > 0 and row.is_valid_on(timezone.localdate())
    return rows


def call_offs_of(contract: Contract, reader: User) -> list[Any]:
    """What received orders called off, the newest first, with what was left after each; two statements.

    Whoever may not see an order reads its quantity without its number.
    """
    if contract.kind != ContractKind.FRAMEWORK:
        return []
    rows: list[Any] = list(OrderLine.objects.called_off(contract)[:MOST_CALL_OFFS])
    orders = Order.objects.visible_to(reader).filter(pk__in={row.order_id for row in rows})
    seen = set(orders.values_list("pk", flat=True))
    for row in rows:
        row.left, row.is_shown = row.agreement_line.quantity - row.taken, row.order_id in seen
    return rows


class ContractEntry(FormPage):
    """The base of new and edit."""

    access = staff_of("orders.save_contract")
    form_class = forms.ContractForm
    template_name = "orders/contract_form.html"
    fits_dialog = False
    submit_label = _("Save contract")
    cancel = "orders:contract-list"
    subject: Contract | None = None

    @cached_property
    def lines(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        rows = self.subject.lines.select_related("product") if self.subject else ()
        return forms.AgreedFormSet(data, prefix="lines", initial=[forms.initial_agreed(row) for row in rows])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lines=self.lines, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial(), "reader": person_of(self.request)}

    def is_valid(self, form: Any) -> bool:
        if not self.lines.is_valid():
            form.is_valid()
            return False
        if form.is_valid() and not form.cleaned_data["customer"]:
            form.add_error("customer_text", _("Choose the customer."))
        return not form.errors

    def perform(self, form: Any) -> Contract:
        data = form.cleaned_data
        usual = partial(usual_prices, data["customer"], currency=data["currency"], reader=person_of(self.request))
        lines: Any = entry.lines_of(self.lines, usual)
        spec = ContractSpec(**{name: data[name] for name in FIELDS}, lines=lines)
        return services.save_contract(
            spec=spec, contract=self.subject, edition=data.get("edition"), by=person_of(self.request)
        )

    def get_success_message(self, result: Contract) -> str:
        return _("Contract %(number)s is saved.") % {"number": result}


class NewContract(ContractEntry):
    title = _("New contract")
    crumbs = (CONTRACTS,)

    def get_initial(self) -> dict[str, Any]:
        reader, customer = person_of(self.request), given_customer(self.request)
        start = {"customer": customer.pk, "customer_text": customer_label(customer)} if customer else {}
        seller = reader if reader.has_role(Role.SALES) else None
        return {**start, "effective_date": timezone.localdate(), "owner": seller}


class EditContract(OnContract, ContractEntry):
    title = _("Edit contract %(subject)s")

    def prepare(self) -> None:
        super().prepare()
        if self.request.method == "GET" and self.subject.status != S.DRAFT:
            raise Http404

    def get_initial(self) -> dict[str, Any]:
        contract = self.subject
        said = {name: getattr(contract, name) for name in FIELDS if name not in ("customer", "quotation")}
        customer = {"customer": contract.customer_id, "customer_text": customer_label(contract.customer)}
        return {**said, **customer, "quotation": str(contract.quotation or ""), "edition": contract.edition}


class ContractAct(OnContract, ActView):
    """An act on a contract, as a page or in the dialog."""

    service: Callable[..., Any]

    def get_success_url(self, result: Any) -> str:
        return self.subject.get_absolute_url()


class SignContract(ContractAct):
    access = staff_of("orders.sign_contract")
    service = services.sign_contract
    form_class = forms.SignForm
    fits_dialog = False
    title = _("Record the signature of %(subject)s")
    submit_label = _("Record signature")
    success_message = _("Contract %(subject)s is in force.")

    def get_consequences(self) -> Sequence[str]:
        return [str(_("The contract can no longer be edited; before it ends its salesperson is asked what follows."))]


class LinkOrder(ContractAct):
    access = staff_of("orders.link_order")
    service = services.link_order
    form_class = forms.LinkForm
    title = _("File an order under %(subject)s")
    submit_label = _("File order")
    success_message = _("The order is filed under the contract.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "reader": person_of(self.request)}


class CallOff(ContractAct):
    access = staff_of("orders.call_off")
    service = services.call_off
    form_class = forms.CallOffForm
    title = _("Call off from %(subject)s")
    submit_label = _("Make order")
    success_message = _("The order is a draft; complete what is missing and receive it.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "lines": agreed_lines(self.subject)}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"contract": self.subject, "quantities": form.quantities()}

    def get_consequences(self) -> Sequence[str]:
        return [str(_("A draft order with the agreed prices; what is left is taken when it is received."))]

    def get_success_url(self, result: Order) -> str:
        return reverse("orders:order-edit", args=[result.pk])


class ExtendContract(ContractAct):
    access = staff_of("orders.extend_contract")
    service = services.extend_contract
    form_class = forms.ExtendForm
    title = _("Extend contract %(subject)s")
    submit_label = _("Extend contract")
    success_message = _("Contract %(subject)s is extended.")

    def get_consequences(self) -> Sequence[str]:
        until = self.subject.expiry_date
        return [_("It ends on %(day)s so far.") % {"day": formats.day(until)}] if until else []


class EndContract(ContractAct):
    access = staff_of("orders.end_contract")
    service = services.end_contract
    form_class = forms.EndForm
    title = _("End contract %(subject)s")
    submit_label = _("End contract")
    success_message = _("Contract %(subject)s has ended.")
    tone = "danger"

    def get_consequences(self) -> Sequence[str]:
        count = self.subject.orders.count()
        return [_("It cannot be put in force again; the %(count)s orders filed under it stay.") % {"count": count}]
