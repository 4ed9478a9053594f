"""An act that makes a secret: the answer is the only place it is ever shown.

class IssueKey(ShownOnce, ActView):
    service = issue_key

    def secret_of(self, result):
        return {"secret": result[1], "what": _("API key")}
"""

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from core.views import once


class ShownOnce:
    created_template = "generic/secret.html"
    result: Any = None

    def secret_of(self, result: Any) -> dict[str, Any]:
        raise NotImplementedError

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        response: HttpResponse = super().attempt(form, submission)  # type: ignore[misc]
        if self.result is None:
            return response
        page: Any = self
        back = page.came_from()
        crumbs = [*page.get_crumbs(), (str(page.subject), back)]
        context = {"title": page.get_title(), "crumbs": crumbs, "back": back,
                   "base_url": f"{settings.SITE_URL}/api/v1/", **self.secret_of(self.result)}  # fmt: skip
        shown = page.response_class(page.request, [self.created_template], context, using=page.template_engine)
        shown["Cache-Control"] = "no-store"
        answer: HttpResponse = shown
        return answer

    def perform(self, form: Any) -> Any:
        self.result = super().perform(form)  # type: ignore[misc]
        return self.result
