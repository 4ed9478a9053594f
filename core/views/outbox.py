"""What could not be delivered, and trying it again."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from core.choices import OutboxStatus
from core.keyset import paginate
from core.models.outbox import OutboxMessage
from core.outbox_replay import replay, replay_failed

KEEPERS = frozenset({"admin", "supervision"})


class OutboxList(View):
    access = KEEPERS

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = {
            "status": request.GET.get("status", ""),
            "kind": request.GET.get("kind", "")[:32],
        }
        rows = OutboxMessage.objects.filter(**{name: value for name, value in chosen.items() if value})
        page = paginate(rows, ordering=("-id",), cursor=request.GET.get("cursor", ""))
        context: dict[str, Any] = {
            "page": page,
            "chosen": chosen,
            "statuses": OutboxStatus.choices,
            "next_url": address(chosen, page.next_cursor),
            "previous_url": address(chosen, page.previous_cursor),
        }
        return render(request, "core/outbox_list.html", context)


class OutboxReplay(View):
    """One message, or with no number all that were given up."""

    access = KEEPERS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        count = replay_failed(by=request.user) if pk is None else replay(pk, by=request.user)
        messages.success(request, _("%(count)d to be tried again.") % {"count": count})
        return redirect("core:outbox")


def address(chosen: dict[str, str], cursor: str) -> str:
    if not cursor:
        return ""
    return "?" + urlencode({**{name: value for name, value in chosen.items() if value}, "cursor": cursor})
