"""The first page after sign-in, and handing work on from it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import SIGNED_IN, access
from accounts.models import User
from accounts.views.person import person_of
from core.views.acts import ActView
from core.views.pages import Page
from workflow import inbox
from workflow.choices import WorkKind
from workflow.forms import HandOnForm
from workflow.models import WorkItem
from workflow.services.work import reassign_work


class Inbox(Page):
    access = SIGNED_IN
    template_name = "workflow/inbox.html"
    title = gettext_lazy("Inbox")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, now = person_of(self.request), timezone.now()
        wish = inbox.Wish.read(self.request.GET, user)
        groups, page = inbox.load(user, wish, now)
        return super().get_context_data(
            groups=groups,
            tabs=inbox.tabs(user, wish),
            kinds=WorkKind.choices,
            wish=wish,
            person=User.objects.filter(pk=wish.person).first() if wish.person else None,
            has_approvals=any(line.case_id for group in groups for line in group.lines),
            next_url=self._address(wish, page.next_cursor),
            previous_url=self._address(wish, page.previous_cursor),
            **kwargs,
        )

    @staticmethod
    def _address(wish: inbox.Wish, cursor: str) -> str:
        kind = f"&kind={wish.kind}" if wish.kind else ""
        person = f"&person={wish.person}" if wish.person else ""
        return f"?whose={wish.whose}{kind}{person}&cursor={cursor}" if cursor else ""


@access(SIGNED_IN)
@require_POST
def take_work(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an item of one's role for oneself."""
    item = get_object_or_404(WorkItem.objects.visible_to(person := person_of(request)), pk=pk)
    reassign_work(item, person=person, by=person)
    messages.success(request, _("It is yours now."))
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(back if here else "/")


class HandOn(ActView):
    access = SIGNED_IN
    model = WorkItem
    subject_name = "item"
    related = ("policy", "owner")
    service = staticmethod(reassign_work)
    form_class = HandOnForm
    title = gettext_lazy("Hand on %(subject)s")
    submit_label = gettext_lazy("Hand on")
    success_message = gettext_lazy("Handed on.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "item": self.subject}

    def perform(self, form: Any) -> Any:
        return reassign_work(self.subject, **form.cleaned_data, by=person_of(self.request))

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or "/"
