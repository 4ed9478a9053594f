"""The entry form keeps itself while one types, and is taken up again later."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.views.person import person_of
from core import formats
from core.errors import DomainError
from core.views import once
from orders.choices import EntryKind
from orders.models import Order, Quotation
from orders.services import unsaved
from orders.views.base import staff_of


class KeepEntry(View):
    """POST the whole form: answers when it was kept, or 409 when the form was saved meanwhile."""

    access = staff_of("orders.save_draft")
    http_method_names = ["post"]
    kind = EntryKind.ORDER
    model: type[Order] | type[Quotation] = Order

    def post(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        user = person_of(request)
        subject: Any = get_object_or_404(self.model.objects.visible_to(user), pk=pk) if pk else None
        if once.was_done(request, page_of_entry(self.kind, pk)):
            return JsonResponse({"kept": False}, status=409)
        key = unsaved.key_of(subject) if subject else request.POST.get(once.FIELD, "")
        if not subject and not once.TOKEN.fullmatch(key):
            return JsonResponse({"kept": False}, status=400)
        text = dict(request.POST.lists())
        try:
            entry = unsaved.keep_entry(kind=self.kind, key=key, text=text, subject=subject, by=user)
        except DomainError as error:
            return JsonResponse({"kept": False, "why": str(error.message)}, status=error.status)
        return JsonResponse({"kept": True, "at": formats.moment(entry.saved_at)})


class KeepQuotation(KeepEntry):
    access = staff_of("orders.save_quotation")
    kind = EntryKind.QUOTATION
    model = Quotation


class DiscardEntry(View):
    access = staff_of("orders.save_draft")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        user = person_of(request)
        entry: Any = unsaved.find_entry(user, key)
        if entry is None:
            raise Http404
        unsaved.forget_entry(key=key, by=user)
        messages.success(request, _("What you had typed is discarded."))
        return redirect(page_of_entry(entry.kind, entry.order_id or entry.quotation_id))


def page_of_entry(kind: str, pk: int | None) -> str:
    """The form it was typed on."""
    return reverse(f"orders:{kind}-edit", args=[pk]) if pk else reverse(f"orders:{kind}-new")
