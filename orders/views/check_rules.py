"""The rules of the automatic checks in the browser: what each compares with, what a failure does, its history."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core.errors import DomainError
from core.views.acts import FormPage
from core.views.pages import Page
from orders import services
from orders.check_effect import KIND
from orders.check_rules import limits_of
from orders.choices import CheckCode, CheckOutcome, Severity
from orders.forms.check_rules import CheckPolicyForm
from orders.models import CheckPolicy, ReviewCheck
from workflow.models import Preview
from workflow.views.previews import progress_of

LOOKERS = frozenset({Role.ADMIN, Role.SUPERVISION, Role.ORDER_CENTER, *MANAGERS})
LOOK_BACK = timedelta(days=90)


class CheckRules(Page):
    access = LOOKERS
    template_name = "orders/check_rules.html"
    title = _("Automatic checks")
    lead = _("What the system compares before people review, and what a failure does to the order.")
    crumbs = ((_("Settings"), "workflow:settings"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = {code: number for number, code in enumerate(CheckCode.values)}
        policies = CheckPolicy.objects.filter(is_current=True).select_related("created_by")
        rows = [(policy, figures_of(policy)) for policy in sorted(policies, key=lambda policy: place[policy.code])]
        may_edit = person_of(self.request).has_role(Role.ADMIN)
        return super().get_context_data(rows=rows, may_edit=may_edit, **kwargs)


class CheckRuleEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "orders/check_rule_edit.html"
    form_class = CheckPolicyForm
    crumbs = ((_("Automatic checks"), "orders:check-list"),)
    cancel = "orders:check-list"
    submit_label = _("Put in force")
    success_message = _("The rule is in force for reviews that begin from now on.")
    grid = True
    policy: CheckPolicy

    def prepare(self) -> None:
        self.policy = get_object_or_404(CheckPolicy, code=self.kwargs["code"], is_current=True)

    def get_title(self) -> str:
        return str(self.policy.get_code_display())

    def get_form_kwargs(self) -> dict[str, Any]:
        preview = self.preview()
        return {"policy": self.policy, "asked": preview.asked if preview else None}

    def preview(self) -> Preview | None:
        """The one asked for last, when the address names it."""
        given = self.request.GET.get("preview", "")
        if not given.isdecimal() or len(given) > 12:
            return None
        return Preview.objects.filter(pk=int(given), kind=KIND, about=self.policy.code).first()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.prepare()
        form = self.get_form()
        return self.attempt_preview(form) if form.is_valid() else self.show(form, status=422)

    def attempt_preview(self, form: Any) -> HttpResponse:
        try:
            preview = services.preview_check_policy(
                policy=self.policy, severity=form.cleaned_data["severity"], limits=form.limits(),
                months=form.cleaned_data["months"] or 3, by=person_of(self.request),
            )  # fmt: skip
        except DomainError as error:
            return self.refuse(form, error)
        return HttpResponseRedirect(f"{self.request.path}?preview={preview.pk}#effect")

    def perform(self, form: Any) -> Any:
        seen = CheckPolicy.objects.filter(code=self.policy.code, version=form.cleaned_data["version"]).first()
        return services.change_check_policy(
            policy=seen or self.policy, severity=form.cleaned_data["severity"], limits=form.limits(),
            note=form.cleaned_data["note"], by=person_of(self.request),
        )  # fmt: skip

    def get_success_url(self, result: Any) -> str:
        return reverse("orders:check-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the check found lately: that is whom a change of severity concerns."""
        lately = ReviewCheck.objects.filter(code=self.policy.code, round__opened_at__gte=timezone.now() - LOOK_BACK)
        effect = lately.aggregate(count=Count("pk"), failed=Count("pk", filter=Q(outcome=CheckOutcome.FAILED)))
        versions = CheckPolicy.objects.filter(code=self.policy.code).select_related("created_by").order_by("-version")
        history = [(version, figures_of(version)) for version in versions[:20]]
        preview = self.preview()
        shown = shown_effect(preview.effect) if preview else {}
        return super().get_context_data(
            policy=self.policy, effect=effect, history=history, shown=shown, **progress_of(preview), **kwargs
        )


def shown_effect(effect: dict[str, Any]) -> dict[str, Any]:
    """The stored numbers with what becomes of an order in the reader's words."""
    if not effect:
        return {}
    words = {**dict(CheckOutcome.choices), **dict(Severity.choices)}
    fates = [{"name": words[fate], "now": now, "then": then} for fate, now, then in effect["fates"]]
    rows = [{**row, "was": words[row["was"]], "would": words[row["would"]]} for row in effect["rows"]]
    return {**effect, "fates": fates, "rows": rows}


def figures_of(policy: CheckPolicy) -> list[tuple[Any, str]]:
    """Label and value of each of its figures."""
    return [(limit.label, policy.limits.get(name, "")) for name, limit in limits_of(policy.code).items()]
