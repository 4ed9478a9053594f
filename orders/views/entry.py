"""Entering and editing an order: one form; "save" keeps a draft, "receive" hands it in."""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import Reason
from core.money import format_money
from core.views.acts import ActView
from customers.models import Customer
from customers.picking import given_customer
from orders import services
from orders.agreements import Deals
from orders.choices import EntryKind
from orders.completeness import missing
from orders.forms import entry as forms
from orders.models import Order
from orders.services.intake import last_order
from orders.specs import DEFAULT_TERMS, FIELDS, OrderSpec, spec_of
from orders.views.base import ORDERS, OnOrder, OrderAct, staff_of
from orders.views.entry_form import EntryForm
from orders.views.lookup import currency_asked_for, customer_asked_for

HEAD = tuple(name for name in forms.OrderForm.base_fields if name not in ("customer", "customer_text", "version"))


class EntryPage(EntryForm):
    """The base of new and edit."""

    access = staff_of("orders.save_draft")
    form_class = forms.OrderForm
    template_name = "orders/order_form.html"
    cancel = "orders:order-list"
    kind = EntryKind.ORDER
    version_field = "version"
    head = HEAD
    hand_in = "receive"
    keep_new, keep = "orders:entry-keep-new", "orders:entry-keep"

    def read_head(self, form: Any) -> OrderSpec:
        """What was typed, over what the form does not show (partner, its reference)."""
        kept = {name: getattr(self.spec, name) for name in FIELDS if name not in ("contact", "import_key")}
        typed = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
        return OrderSpec(**{**kept, **typed})

    def deals_of(self, spec: OrderSpec) -> Deals:
        return Deals(spec.customer, currency=spec.currency, reader=person_of(self.request), order=self.subject)

    def agreements_of(self, spec: OrderSpec) -> Callable[[Collection[int]], forms.Agreed]:
        """A price left empty of an agreed product is the agreed one (R14.11)."""
        deals = self.deals_of(spec)
        return lambda keys: forms.Agreed(deals.known(keys), deals.by_product)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        deals = self.deals_of(self.spec)
        if self.data is not None:
            deals.customer, deals.currency = customer_asked_for(self.data, deals.reader), currency_asked_for(self.data)
        forms.show_deals(self.lines, deals.known)
        return super().get_context_data(agreements=deals, **kwargs)

    def save_draft(self, form: Any) -> Order:
        version = form.cleaned_data.get("version")
        return services.save_draft(
            spec=self.merged(form), order=self.subject, version=version, by=person_of(self.request)
        )

    def hand_it_in(self, result: Order) -> Order:
        return services.receive_order(order=result, by=person_of(self.request))

    def handed_in(self, result: Order) -> str:
        return _("Order %(number)s is received.") % {"number": result.number}


class NewOrder(EntryPage):
    title = gettext_lazy("New order")
    crumbs = (ORDERS,)

    def starting_spec(self) -> OrderSpec:
        user = person_of(self.request)
        seller = user if user.has_role(Role.SALES) else None
        return OrderSpec(
            customer=given_customer(self.request), salesperson=seller, ordered_date=timezone.localdate(),
            terms=DEFAULT_TERMS,
        )  # fmt: skip


class EditOrder(OnOrder, EntryPage):
    title = gettext_lazy("Edit %(subject)s")

    def prepare(self) -> None:
        super().prepare()
        if self.request.method == "GET" and not self.subject.is_editable:
            raise Http404

    def starting_spec(self) -> OrderSpec:
        return spec_of(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if "check" in self.request.GET and self.request.method == "GET":
            order = self.subject
            gaps = missing(order, list(order.lines.all()), list(order.terms.all()))
            context["reasons"] = context["form"].mark_missing(gaps)
        return context


class CopyOrder(OrderAct):
    access = staff_of("orders.copy_order")
    service = services.copy_order
    title = gettext_lazy("Copy order %(subject)s")
    submit_label = gettext_lazy("Copy order")
    success_message = gettext_lazy("A draft with the same content is ready.")

    def get_success_url(self, result: Order) -> str:
        return reverse("orders:order-edit", args=[result.pk])


class RepeatLastOrder(ActView):
    access = staff_of("orders.repeat_last_order")
    model = Customer
    service = services.repeat_last_order
    title = gettext_lazy("Repeat the last order of %(subject)s")
    submit_label = gettext_lazy("Repeat order")
    crumbs = (ORDERS,)

    @cached_property
    def last(self) -> Order | None:
        return last_order(self.subject, person_of(self.request))

    def get_consequences(self) -> list[str]:
        if self.last is None:
            return []
        words = {
            "number": self.last.number, "lines": self.last.lines.count(),
            "amount": format_money(self.last.amount, self.last.currency),
        }  # fmt: skip
        return [_("A draft like order %(number)s: %(lines)s lines, %(amount)s. Dates start afresh.") % words]

    def get_reasons(self) -> list[Reason]:
        if self.last:
            return []
        url = f"{reverse('orders:order-new')}?customer={self.subject.pk}"
        return [Reason("no_order", _("This customer has no order that you could repeat."), url=url, act=_("New order"))]

    def get_success_url(self, result: Order) -> str:
        return reverse("orders:order-edit", args=[result.pk])

    def get_success_message(self, result: Any) -> str:
        return _("A draft with the same content is ready.")
