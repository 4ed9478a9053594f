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
from orders.models import Order
from orders.services import unsaved
from orders.views.base import staff_of


class KeepEntry(View):
    """POST the whole form: answers when it was kept, or 409 when the form was saved meanwhile."""

    access = staff_of("orders.save_draft")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int | None = None) -> JsonResponse:
        user = person_of(request)
        order = get_object_or_404(Order.objects.visible_to(user), pk=pk) if pk else None
        page = reverse("orders:order-edit", args=[pk]) if pk else reverse("orders:order-new")
        if once.was_done(request, page):
            return JsonResponse({"kept": False}, status=409)
        key = unsaved.key_of_order(order) if order else request.POST.get(once.FIELD, "")
        if not order and not once.TOKEN.fullmatch(key):
            return JsonResponse({"kept": False}, status=400)
        try:
            entry = unsaved.keep_entry(key=key, text=dict(request.POST.lists()), order=order, by=user)
        except DomainError as error:
            return JsonResponse({"kept": False, "why": str(error.message)}, status=error.status)
        return JsonResponse({"kept": True, "at": formats.moment(entry.saved_at)})


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
        page = reverse("orders:order-edit", args=[entry.order_id]) if entry.order_id else reverse("orders:order-new")
        return redirect(page)
