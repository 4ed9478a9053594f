"""What the forms of orders and quotations share: the sheet, what is kept while one types, the second of two writers."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.views.person import person_of
from core.errors import DomainError
from core.views import once
from core.views.acts import FormPage
from customers.picking import customer_label
from orders.choices import EntryKind
from orders.conflicts import Difference, differences, take_theirs
from orders.forms import entry as forms
from orders.models import UnsavedEntry
from orders.prices import usual_prices
from orders.services import unsaved

OFFERED = 5


class EntryForm(FormPage):
    """The base of new and edit. Nothing typed is lost: what cannot be handed in yet is kept as a draft."""

    fits_dialog = False
    submit_label = gettext_lazy("Save draft")
    subject: Any = None
    kind: EntryKind
    version_field: str  # of the form and the model: raised by every save
    head: Sequence[str]  # fields of the spec that the form shows under their own names
    hand_in: str  # name of the button that does more than keep a draft
    keep_new: str
    keep: str
    conflict: Sequence[Difference] = ()
    refused = False

    @cached_property
    def spec(self) -> Any:
        return self.starting_spec()

    def starting_spec(self) -> Any:
        raise NotImplementedError

    @cached_property
    def kept(self) -> UnsavedEntry | None:
        """What was typed here before and never saved, where the person wants to go on with it."""
        key = self.request.GET.get("continue", "")
        return unsaved.find_entry(person_of(self.request), key, self.kind)

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
        return self.form_class(self.data, **self.get_form_kwargs())  # type: ignore[call-arg]

    def get_initial(self) -> dict[str, Any]:
        head = {name: getattr(self.spec, name) for name in self.head}
        if customer := self.spec.customer:
            head |= {"customer": customer.pk, "customer_text": customer_label(customer)}
        return {**head, self.version_field: getattr(self.subject, self.version_field) if self.subject else 0}

    def is_valid(self, form: Any) -> bool:
        return all([form.is_valid(), self.lines.is_valid(), self.terms.is_valid()])

    def read_head(self, form: Any) -> Any:
        raise NotImplementedError

    def read_spec(self, form: Any) -> Any:
        head = self.read_head(form)
        lines = forms.lines_of(self.lines, self.pricing_of(head), self.agreements_of(head))
        return replace(head, lines=lines, terms=forms.terms_of(self.terms))

    def pricing_of(self, spec: Any) -> forms.Pricing:
        """A price left empty means: as the last time (R2.1)."""
        return partial(usual_prices, spec.customer, currency=spec.currency, reader=person_of(self.request))

    def agreements_of(self, spec: Any) -> Callable[[Collection[int]], forms.Agreed] | None:
        """Where rows may call off from; None where nothing is called off."""
        return None

    def merged(self, form: Any) -> Any:
        """What was typed, with the fields for which the second of two writers chose what the first saved (R14.6)."""
        spec = self.read_spec(form)
        return take_theirs(spec, self.subject, self.request.POST.getlist("take")) if self.subject else spec

    def save_draft(self, form: Any) -> Any:
        raise NotImplementedError

    def hand_it_in(self, result: Any) -> Any:
        raise NotImplementedError

    def perform(self, form: Any) -> Any:
        result = self.save_draft(form)
        unsaved.forget_entry(key=self.entry_key(), by=person_of(self.request))
        if self.hand_in in self.request.POST:
            try:
                result = self.hand_it_in(result)
            except DomainError as error:
                self.refused = True
                messages.warning(self.request, _("Kept as a draft: %(why)s") % {"why": error.message})
        return result

    def refuse(self, form: Any, error: DomainError) -> HttpResponse:
        """Somebody saved in between: everything typed stays, what the other changed stands beside it."""
        if error.code == "edited" and self.subject:
            now = type(self.subject).objects.get(pk=self.subject.pk)
            seen = form.cleaned_data.get(self.version_field) or 0
            self.conflict = differences(now, self.read_spec(form), seen=seen)
            form.data = form.data.copy()
            # The next save is one over what was just shown.
            form.data[self.version_field] = getattr(now, self.version_field)
        return super().refuse(form, error)

    def get_success_url(self, result: Any) -> str:
        page = reverse(f"orders:{self.kind}-edit", args=[result.pk])
        return f"{page}?check=1" if self.refused else result.get_absolute_url()

    def handed_in(self, result: Any) -> str:
        """What to say when it is handed in."""
        raise NotImplementedError

    def get_success_message(self, result: Any) -> str:
        if self.refused:
            return ""
        return self.handed_in(result) if self.hand_in in self.request.POST else _("The draft is saved.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = {"lines": self.lines, "terms": self.terms, "conflict": self.conflict, str(self.kind): self.subject}
        context = super().get_context_data(**{**rows, **kwargs})
        if self.kept and not self.subject:
            context["once"] = self.kept.key  # the same form goes on
        return context | {"keep_url": self.keep_url(), "unsaved": self.left_behind()}

    def entry_key(self) -> str:
        return unsaved.key_of(self.subject) if self.subject else self.request.POST.get(once.FIELD, "")

    def keep_url(self) -> str:
        return reverse(self.keep, args=[self.subject.pk]) if self.subject else reverse(self.keep_new)

    def left_behind(self) -> list[UnsavedEntry]:
        """Offered to go on with; none while one does."""
        if self.data is not None:
            return []
        user = person_of(self.request)
        if self.subject is None:
            return list(unsaved.new_entries(user, self.kind)[:OFFERED])
        entry = unsaved.find_entry(user, unsaved.key_of(self.subject), self.kind)
        return [entry] if entry else []
