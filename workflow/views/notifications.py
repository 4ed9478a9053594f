"""News: the number at the bell, the list, reading."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import SIGNED_IN, access
from accounts.navigation import may_open_page
from accounts.views.person import person_of
from core import subjects
from core.keyset import paginate
from core.views.pages import Page
from workflow.models import Notification
from workflow.notifications import in_words

MOST = 99


@access(SIGNED_IN)
def notification_count(request: HttpRequest) -> HttpResponse:
    """How many are unread, as the badge shows it; reads no more than a hundred index entries."""
    unread = Notification.objects.filter(user=person_of(request), read_at__isnull=True)[: MOST + 1].count()
    text = "" if not unread else str(unread) if unread <= MOST else f"{MOST}+"
    response = HttpResponse(text)
    response["Cache-Control"] = "private, no-store"
    return response


class NotificationList(Page):
    access = SIGNED_IN
    template_name = "workflow/notifications.html"
    title = gettext_lazy("Notifications")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = Notification.objects.filter(user=person_of(self.request))
        page = paginate(rows, ordering=("-id",), cursor=self.request.GET.get("cursor", ""))
        news = [(row, in_words(row.text, row.params)) for row in page.items]
        return super().get_context_data(
            news=news,
            unread=any(row.read_at is None for row in page.items),
            next_url=f"?cursor={page.next_cursor}" if page.next_cursor else "",
            previous_url=f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
            **kwargs,
        )


@access(SIGNED_IN)
def open_notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where the news leads; it is read by that. Opening it again changes nothing."""
    news = get_object_or_404(Notification, pk=pk, user=person_of(request))
    Notification.objects.filter(pk=pk, read_at__isnull=True).update(read_at=timezone.now())
    return HttpResponseRedirect(_way(request, news))


def _way(request: HttpRequest, news: Notification) -> str:
    """To the act; who is told only, since a colleague is late with it, sees the thing itself."""
    ways = (news.url, subjects.url_of(news.subject_type, news.subject_id) if news.subject_id else "")
    return next((url for url in ways if url.startswith("/") and may_open_page(request, url)), "/notifications/")


@access(SIGNED_IN)
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    Notification.objects.filter(user=person_of(request), read_at__isnull=True).update(read_at=timezone.now())
    return HttpResponseRedirect("/notifications/")
