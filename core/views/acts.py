"""Pages on which somebody does something: a form, a service, one outcome.

    class ApproveOrder(ActView):
        access = {Role.SALES_MANAGER}
        model = Order                                   # found through Order.objects.visible_to(user)
        service = decide_approval                       # called decide_approval(order=…, **form data, by=user)
        form_class = DecisionForm                       # leave out for a plain "are you sure"
        title = _("Approve order %(subject)s")
        submit_label = _("Approve order")
        success_message = _("Order %(subject)s is approved.")

        def get_consequences(self):                     # what will happen, in numbers
            return [_("%(amount)s of credit is reserved.") % {...}]

    path("<int:pk>/approve/", ApproveOrder.as_view(), name="order-approve")

The same address is a page of its own and, through `<a href=… data-dialog>`, a dialog. A DomainError comes back as
the form with the reasons on top and everything typed kept (its own status: 422, 409, 403). Success goes back to
where the person came from, with a message. Sent twice, it does one thing.

`FormPage` is the same for making or editing a thing with a page of its own: it leads to the result's page.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from core import subjects
from core.errors import DomainError, Reason
from core.views import once
from core.views.errors import way_back
from core.views.pages import Page, SubjectMixin, address


class ServiceForm(Page):
    """A form whose valid data goes to a service; the base of ActView and FormPage."""

    form_class: type[forms.BaseForm] = forms.Form
    service: Callable[..., Any]
    submit_label: Any = gettext_lazy("Save")
    success_message: Any = ""
    tone = "primary"  # "danger" for what cannot be undone
    grid = False  # fields side by side
    dialog_template = "generic/_act.html"
    page_template = "generic/act.html"
    subject: Any = None
    fits_dialog = True

    def get_template_names(self) -> list[str]:
        return [self.dialog_template if self.in_dialog() else self.template_name or self.page_template]

    def in_dialog(self) -> bool:
        htmx = getattr(self.request, "htmx", None)
        return bool(htmx and htmx.target == "dialog")

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form(self) -> Any:
        given = self.request.method == "POST"
        data = {"data": self.request.POST, "files": self.request.FILES} if given else {}
        return self.form_class(**data, **self.get_form_kwargs())  # type: ignore[arg-type]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial()}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return dict(form.cleaned_data)

    def perform(self, form: Any) -> Any:
        return type(self).service(**self.get_service_arguments(form), by=self.request.user)

    def get_consequences(self) -> Sequence[str]:
        """Sentences on what will happen, with their numbers."""
        return ()

    def get_reasons(self) -> Sequence[Reason]:
        """Why it cannot be done now; the button is then away and the reasons stand in its place."""
        return ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        return self.show(self.get_form(), reasons=self.get_reasons(), blocked=bool(self.get_reasons()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.prepare()
        form = self.get_form()
        if not self.is_valid(form):
            return self.show(form, status=422)
        return self.attempt(form, once.Submission(request))

    def prepare(self) -> None:
        """Runs first, on GET and POST: load what the page is about."""

    def is_valid(self, form: Any) -> bool:
        """Pages with a formset beside the form check both here."""
        return bool(form.is_valid())

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        results: list[Any] = []

        def act() -> str:
            results.append(self.perform(form))
            return self.get_success_url(results[0])

        try:
            url = submission.carry_out(act)
        except DomainError as error:
            return self.refuse(form, error)
        if results and (text := self.get_success_message(results[0])):
            messages.success(self.request, text)
        return self.go(url)

    def refuse(self, form: Any, error: DomainError) -> HttpResponse:
        """The form again, with everything typed, and why not."""
        form.add_error(None, str(error.message))
        for name, texts in error.fields.items():
            form.add_error(name if name in form.fields else None, texts)
        return self.show(form, status=error.status, reasons=error.reasons)

    def show(
        self, form: Any, *, status: int = 200, reasons: Sequence[Reason] = (), blocked: bool = False
    ) -> HttpResponse:
        context = self.get_context_data(form=form, reasons=reasons, blocked=blocked)
        return self.render_to_response(context, status=status)

    def go(self, url: str) -> HttpResponse:
        htmx = getattr(self.request, "htmx", None)
        if not htmx:
            return HttpResponseRedirect(url)
        here = htmx.current_url_abs_path
        return HttpResponseClientRefresh() if here == url else HttpResponseClientRedirect(url)

    def get_success_message(self, result: Any) -> str:
        return _filled(self.success_message, result or self.subject)

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or page_of(result) or page_of(self.subject) or "/"

    def next_url(self) -> str:
        """Where the form said to go, when that is here."""
        url = self.request.POST.get("next", "")
        host, secure = {self.request.get_host()}, self.request.is_secure()
        return url if url.startswith("/") and url_has_allowed_host_and_scheme(url, host, secure) else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            submit=self.submit_label,
            tone=self.tone,
            grid=self.grid,
            consequences=list(self.get_consequences()),
            once=self.request.POST.get(once.FIELD) or once.new_token(),
            subject=self.subject,
            **kwargs,
        )


class ActView(SubjectMixin, ServiceForm):
    """One act on one thing that is already there."""

    def prepare(self) -> None:
        self.subject = self.get_subject()

    def get_title(self) -> str:
        return _filled(self.title, self.subject)

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {self.get_subject_name(): self.subject, **form.cleaned_data}

    def came_from(self) -> str:
        htmx = getattr(self.request, "htmx", None)
        if htmx and htmx.current_url_abs_path:
            return str(htmx.current_url_abs_path)
        back = way_back(self.request)
        return page_of(self.subject) if back in ("/", self.request.get_full_path()) else back

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.next_url() or self.came_from()
        named = {self.get_subject_name(): self.subject}
        return super().get_context_data(next_url=back, cancel_url=back or "/", **named, **kwargs)


class FormPage(ServiceForm):
    """Makes a thing, or edits it when the class mixes in SubjectMixin; leads to the result's page."""

    cancel = ""  # URL name or address of the way back

    def prepare(self) -> None:
        if isinstance(self, SubjectMixin):
            self.subject = self.get_subject()

    def get_title(self) -> str:
        return _filled(self.title, self.subject)

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        named = {self.get_subject_name(): self.subject} if isinstance(self, SubjectMixin) else {}
        return {**named, **form.cleaned_data}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = address(self.cancel) or page_of(self.subject) or way_back(self.request)
        return super().get_context_data(cancel_url=back, **kwargs)


def page_of(obj: Any) -> str:
    return subjects.url_of(*subjects.key_of(obj)) if isinstance(obj, Model) and obj.pk else ""


def _filled(text: Any, obj: Any) -> str:
    words = str(text)
    if "%(subject)s" not in words:
        return words
    return words % {"subject": subjects.label_of(obj) if isinstance(obj, Model) else obj}
