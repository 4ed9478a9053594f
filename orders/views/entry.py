"""Entering and editing an order: one form; "save" keeps a draft, "receive" hands it in."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import DomainError, Reason
from core.money import format_money
from core.views import once
from core.views.acts import ActView, FormPage
from customers.models import Customer
from customers.picking import customer_label
from orders import services
from orders.completeness import missing
from orders.conflicts import Difference, differences, take_theirs
from orders.forms import entry as forms
from orders.models import Order, UnsavedEntry
from orders.prices import usual_prices
from orders.services import unsaved
from orders.services.intake import last_order
from orders.specs import DEFAULT_TERMS, FIELDS, OrderSpec, spec_of
from orders.views.base import ORDERS, OnOrder, OrderAct, staff_of

HEAD = tuple(name for name in forms.OrderForm.base_fields if name not in ("customer", "customer_text", "version"))

OFFERED = 5


class EntryPage(FormPage):
    """The base of new and edit. Nothing typed is lost: an order that cannot be received yet is kept as a draft."""

    access = staff_of("orders.save_draft")
    form_class = forms.OrderForm
    template_name = "orders/order_form.html"
    fits_dialog = False
    submit_label = gettext_lazy("Save draft")
    cancel = "orders:order-list"
    subject: Order | None = None
    conflict: Sequence[Difference] = ()

    @cached_property
    def spec(self) -> OrderSpec:
        return self.starting_spec()

    def starting_spec(self) -> OrderSpec:
        raise NotImplementedError

    @cached_property
    def kept(self) -> UnsavedEntry | None:
        """What was typed here before and never saved, where the person wants to go on with it."""
        return unsaved.find_entry(person_of(self.request), self.request.GET.get("continue", ""))

    @cached_property
    def data(self) -> QueryDict | None:
        if self.request.method == "POST":
            return self.request.POST
        return unsaved.as_posted(self.kept) if self.kept else None

    @cached_property
    def lines(self) -> Any:
        return forms.LineFormSet(self.data, prefix="lines", initial=forms.initial_lines(self.spec))

    @cached_property
    def terms(self) -> Any:
        return forms.TermFormSet(self.data, prefix="terms", initial=forms.initial_terms(self.spec))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial(), "keep_source": self.spec.source}

    def get_form(self) -> Any:
        return self.form_class(self.data, **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        spec = self.spec
        head = {name: getattr(spec, name) for name in HEAD}
        if spec.customer:
            head |= {"customer": spec.customer.pk, "customer_text": customer_label(spec.customer)}
        return {**head, "version": self.subject.version if self.subject else 0}

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), self.lines.is_valid(), self.terms.is_valid()])

    def read_spec(self, form: Any) -> OrderSpec:
        """What was typed, over what the form does not show (partner, its reference)."""
        kept = {name: getattr(self.spec, name) for name in FIELDS if name not in ("contact", "import_key")}
        typed = {name: value for name, value in form.cleaned_data.items() if name in FIELDS}
        head = OrderSpec(**{**kept, **typed})
        lines, terms = forms.lines_of(self.lines, self.pricing_of(head)), forms.terms_of(self.terms)
        return replace(head, lines=lines, terms=terms)

    def pricing_of(self, spec: OrderSpec) -> forms.Pricing:
        """A price left empty means: as the last time (R2.1)."""
        return partial(usual_prices, spec.customer, currency=spec.currency, reader=person_of(self.request))

    def perform(self, form: Any) -> Order:
        order = services.save_draft(
            spec=self.merged(self.read_spec(form)),
            order=self.subject,
            version=form.cleaned_data.get("version"),
            by=person_of(self.request),
        )
        unsaved.forget_entry(key=self.entry_key(), by=person_of(self.request))
        self.refused = False
        if "receive" in self.request.POST:
            try:
                order = services.receive_order(order=order, by=person_of(self.request))
            except DomainError as error:
                self.refused = True
                messages.warning(self.request, _("Kept as a draft: %(why)s") % {"why": error.message})
        return order

    def merged(self, spec: OrderSpec) -> OrderSpec:
        """With the fields for which the second of two writers chose what the first one saved (R14.6)."""
        return take_theirs(spec, self.subject, self.request.POST.getlist("take")) if self.subject else spec

    def refuse(self, form: Any, error: DomainError) -> HttpResponse:
        """Somebody saved in between: everything typed stays, what the other changed stands beside it."""
        if error.code == "edited" and self.subject:
            now = Order.objects.get(pk=self.subject.pk)
            self.conflict = differences(now, self.read_spec(form), seen=form.cleaned_data.get("version") or 0)
            form.data = form.data.copy()
            form.data["version"] = now.version  # the next save is one over what was just shown
        return super().refuse(form, error)

    def get_success_url(self, result: Order) -> str:
        page = reverse("orders:order-edit", args=[result.pk])
        return f"{page}?check=1" if self.refused else result.get_absolute_url()

    def get_success_message(self, result: Order) -> str:
        if self.refused:
            return ""
        received = _("Order %(number)s is received.") % {"number": result.number}
        return received if "receive" in self.request.POST else _("The draft is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = {"lines": self.lines, "terms": self.terms}
        context = super().get_context_data(order=self.subject, conflict=self.conflict, **rows, **kwargs)
        if self.kept and not self.subject:
            context["once"] = self.kept.key  # the same form goes on
        return context | {"keep_url": self.keep_url(), "unsaved": self.left_behind()}

    def entry_key(self) -> str:
        return unsaved.key_of_order(self.subject) if self.subject else self.request.POST.get(once.FIELD, "")

    def keep_url(self) -> str:
        if self.subject is None:
            return reverse("orders:entry-keep-new")
        return reverse("orders:entry-keep", args=[self.subject.pk])

    def left_behind(self) -> list[UnsavedEntry]:
        """Offered to go on with; none while one does."""
        if self.data is not None:
            return []
        user = person_of(self.request)
        if self.subject is None:
            return list(unsaved.new_entries(user)[:OFFERED])
        entry = unsaved.find_entry(user, unsaved.key_of_order(self.subject))
        return [entry] if entry else []


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
