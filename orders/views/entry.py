"""Entering and editing an order: one form; "save" keeps a draft, "receive" hands it in."""

from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import DomainError
from core.views.acts import FormPage
from customers.models import Customer
from orders import services
from orders.completeness import missing
from orders.forms import entry as forms
from orders.models import Order
from orders.prices import usual_prices
from orders.specs import DEFAULT_TERMS, FIELDS, OrderSpec, spec_of
from orders.views.base import ORDERS, OnOrder, OrderAct, staff_of

HEAD = tuple(name for name in forms.OrderForm.base_fields if name not in ("customer", "customer_text", "version"))


class EntryPage(FormPage):
    """The base of new and edit. Nothing typed is lost: an order that cannot be received yet is kept as a draft."""

    access = staff_of("orders.save_draft")
    form_class = forms.OrderForm
    template_name = "orders/order_form.html"
    fits_dialog = False
    submit_label = gettext_lazy("Save draft")
    cancel = "orders:order-list"
    subject: Order | None = None

    @cached_property
    def spec(self) -> OrderSpec:
        return self.starting_spec()

    def starting_spec(self) -> OrderSpec:
        raise NotImplementedError

    @cached_property
    def lines(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return forms.LineFormSet(data, prefix="lines", initial=forms.initial_lines(self.spec))

    @cached_property
    def terms(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None
        return forms.TermFormSet(data, prefix="terms", initial=forms.initial_terms(self.spec))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial(), "keep_source": self.spec.source}

    def get_initial(self) -> dict[str, Any]:
        spec = self.spec
        head = {name: getattr(spec, name) for name in HEAD}
        if spec.customer:
            head |= {"customer": spec.customer.pk, "customer_text": forms.customer_label(spec.customer)}
        return {**head, "version": self.subject.version if self.subject else 0}

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), self.lines.is_valid(), self.terms.is_valid()])

    def read_spec(self, form: Any) -> OrderSpec:
        """What was typed, over what the form does not show (partner, its reference)."""
        kept = {name: getattr(self.spec, name) for name in FIELDS if name not in ("contact", "import_key")}
        typed = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
        head = OrderSpec(**{**kept, **typed})
        return replace(
            head, lines=forms.lines_of(self.lines, self.pricing_of(head)), terms=forms.terms_of(self.terms)
        )  # fmt: skip

    def pricing_of(self, spec: OrderSpec) -> forms.Pricing:
        """A price left empty means: as the last time (R2.1)."""
        return partial(usual_prices, spec.customer, currency=spec.currency, reader=person_of(self.request))

    def perform(self, form: Any) -> Order:
        order = services.save_draft(
            spec=self.read_spec(form),
            order=self.subject,
            version=form.cleaned_data.get("version"),
            by=person_of(self.request),
        )
        self.refused = False
        if "receive" in self.request.POST:
            try:
                order = services.receive_order(order=order, by=person_of(self.request))
            except DomainError as error:
                self.refused = True
                messages.warning(self.request, _("Kept as a draft: %(why)s") % {"why": error.message})
        return order

    def get_success_url(self, result: Order) -> str:
        page = reverse("orders:order-edit", args=[result.pk])
        return f"{page}?check=1" if self.refused else result.get_absolute_url()

    def get_success_message(self, result: Order) -> str:
        if self.refused:
            return ""
        received = _("Order %(number)s is received.") % {"number": result.number}
        return received if "receive" in self.request.POST else _("The draft is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(lines=self.lines, terms=self.terms, order=self.subject, **kwargs)


class NewOrder(EntryPage):
    title = gettext_lazy("New order")
    crumbs = (ORDERS,)

    def starting_spec(self) -> OrderSpec:
        user = person_of(self.request)
        seller = user if user.has_role(Role.SALES) else None
        key = self.request.GET.get("customer", "")
        customer = Customer.objects.filter(pk=key).first() if key.isdecimal() else None
        return OrderSpec(
            customer=customer, salesperson=seller, ordered_date=timezone.localdate(), terms=DEFAULT_TERMS
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

    def get_success_message(self, result: Any) -> str:
        return str(self.success_message)
