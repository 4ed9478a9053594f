"""What all pages share: a title, the way here, and a subject that the person may see.

    class OrderPage(DetailPage):
        access = SIGNED_IN
        model = Order
        template_name = "orders/order_detail.html"
        crumbs = ((_("Orders"), "orders:order-list"),)

The template gets the order as `order` and as `subject`; somebody else's order is a 404.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic.base import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from core import subjects


class Page(TemplateView):
    """A template with a head. `access` must be declared by every subclass (accounts.middleware)."""

    title: Any = ""
    lead: Any = ""
    crumbs: Sequence[tuple[Any, str]] = ()  # (label, URL name or address), from far to near
    fits_dialog = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A page asked for inside the dialog opens as the page it is."""
        htmx = getattr(request, "htmx", None)
        if htmx and htmx.target == "dialog" and not self.fits_dialog:
            return HttpResponseClientRedirect(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def get_title(self) -> str:
        return str(self.title)

    def get_lead(self) -> str:
        return str(self.lead)

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(label), address(target)) for label, target in self.crumbs]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        head = {"title": self.get_title(), "lead": self.get_lead(), "crumbs": self.get_crumbs()}
        return super().get_context_data(**{**head, **kwargs})


def address(target: str) -> str:
    """A URL name without arguments, or an address as it stands."""
    return reverse(target) if target and not target.startswith(("/", "?", "#")) else target


class SubjectMixin:
    """Finds the subject among what the person may see: the model's `visible_to(user)`."""

    model: type[Model]
    subject_name = ""  # name in the template and of the service's argument; default: the model's, "order"
    pk_argument = "pk"
    related: Sequence[str] = ()  # select_related
    request: HttpRequest
    kwargs: dict[str, Any]
    subject: Any

    def get_queryset(self) -> QuerySet[Any]:
        visible = self.model._default_manager.all().visible_to(self.request.user)  # type: ignore[attr-defined]
        return visible.select_related(*self.related) if self.related else visible

    def get_subject(self) -> Any:
        try:
            return get_object_or_404(self.get_queryset(), pk=self.kwargs[self.pk_argument])
        except (OverflowError, ValueError):
            raise Http404 from None

    def get_subject_name(self) -> str:
        return self.subject_name or self.model._meta.model_name or "subject"


class DetailPage(SubjectMixin, Page):
    """One thing on a page; the title is the subject's own label unless `title` says otherwise."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.subject = self.get_subject()
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_title(self) -> str:
        return super().get_title() or subjects.label_of(self.subject)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(subject=self.subject, **{self.get_subject_name(): self.subject}, **kwargs)
