"""Clocks and calendar in the browser: sentence, effect, history (R14.13)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import SIGNED_IN
from accounts.choices import Role
from accounts.views.person import person_of
from core.errors import DomainError
from core.views.acts import FormPage
from core.views.pages import Page
from workflow import calendar, policy_words
from workflow.choices import WorkKind
from workflow.forms import DayForm, HoursForm, PolicyForm
from workflow.models import CalendarDay, CalendarYear, CompanyHours, WorkPolicy
from workflow.services.calendars import load_year, set_day, set_hours
from workflow.services.policies import change_policy, check_policy, current_policies, versions
from workflow.work_parts import parts_of

HOME = ((gettext_lazy("Settings"), "workflow:settings"),)
SETTINGS = ((gettext_lazy("Clocks"), "workflow:clock-list"),)


class ClockList(Page):
    access = SIGNED_IN
    crumbs = HOME
    template_name = "workflow/clock_list.html"
    title = gettext_lazy("Clocks")
    lead = gettext_lazy("How long each kind of work may take, and who hears of it when it takes longer.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clocks = [(kind, part) for kind in WorkKind.values for part in parts_of(kind) or ("",)]
        known = {(policy.kind, policy.part): policy for policy in current_policies()}
        return super().get_context_data(
            policies=[known[clock] for clock in clocks],
            known_until=calendar.current_calendar().known_until,
            may_edit=person_of(self.request).has_role(Role.ADMIN),
            **kwargs,
        )


class ClockEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "workflow/clock_edit.html"
    form_class = PolicyForm
    crumbs = SETTINGS
    cancel = "workflow:clock-list"
    submit_label = gettext_lazy("Put in force")
    success_message = gettext_lazy("The new clock is in force; running ones keep theirs.")
    grid = True
    policy: WorkPolicy
    effect: policy_words.Effect | None = None

    def prepare(self) -> None:
        clock = {"kind": self.kwargs["kind"], "part": self.kwargs.get("part", "")}
        self.policy = get_object_or_404(WorkPolicy, **clock, is_current=True)

    def get_title(self) -> str:
        return self.policy.name

    def get_initial(self) -> dict[str, Any]:
        return PolicyForm.initial_of(self.policy)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.prepare()
        form = self.get_form()
        if form.is_valid():
            return self.preview(form)
        return self.show(form, status=422)

    def preview(self, form: Any) -> HttpResponse:
        proposed = WorkPolicy(kind=self.policy.kind, part=self.policy.part, version=0, **form.policy_values())
        try:
            check_policy(proposed)
        except DomainError as error:
            return self.refuse(form, error)
        self.effect = policy_words.effect_of(proposed)
        return self.show(form)

    def perform(self, form: Any) -> Any:
        seen = versions(self.policy).filter(version=self._seen()).first()
        note = form.cleaned_data["note"]
        return change_policy(seen or self.policy, **form.policy_values(), note=note, by=person_of(self.request))

    def _seen(self) -> int:
        """The version the person looked at: somebody may have changed it since."""
        given = self.request.POST.get("version", "")
        return int(given) if given.isdigit() and len(given) < 6 else self.policy.version

    def get_success_url(self, result: Any) -> str:
        return "/settings/clocks/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = versions(self.policy)[:20]
        return super().get_context_data(policy=self.policy, history=history, effect=self.effect, **kwargs)


class CalendarPage(FormPage):
    """The company's own free and working days."""

    access = frozenset({Role.ADMIN})
    template_name = "workflow/calendar.html"
    title = gettext_lazy("Working calendar")
    crumbs = SETTINGS
    cancel = "workflow:clock-list"
    form_class = DayForm
    submit_label = gettext_lazy("Set this day")

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        return set_day(data["day"], is_working=data["is_working"], name=data["name"], by=person_of(self.request))

    def get_success_message(self, result: Any) -> str:
        return clocks_moved(result)

    def get_success_url(self, result: Any) -> str:
        return "/settings/calendar/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        loaded = list(CalendarYear.objects.values_list("year", flat=True))
        return super().get_context_data(
            hours=CompanyHours.objects.all(),
            days=CalendarDay.objects.filter(date__gte=timezone.localdate()).order_by("date")[:60],
            known_until=calendar.current_calendar().known_until,
            loadable=[year for year in calendar.official_years() if year not in loaded and year >= min(loaded)],
            **kwargs,
        )


class HoursEdit(FormPage):
    access = frozenset({Role.ADMIN})
    title = gettext_lazy("Company hours of a weekday")
    lead = gettext_lazy("Running clocks are set again. Without any interval the day is free.")
    crumbs = (*SETTINGS, (gettext_lazy("Working calendar"), "workflow:calendar"))
    cancel = "workflow:calendar"
    form_class = HoursForm
    submit_label = gettext_lazy("Set these hours")

    def perform(self, form: Any) -> int:
        data = form.cleaned_data
        return set_hours(data["weekday"], intervals=data["intervals"], by=person_of(self.request))

    def get_success_message(self, result: Any) -> str:
        return clocks_moved(result)

    def get_success_url(self, result: Any) -> str:
        return "/settings/calendar/"


class YearLoad(FormPage):
    access = frozenset({Role.ADMIN})
    title = gettext_lazy("Load public holidays")
    crumbs = (*SETTINGS, (gettext_lazy("Working calendar"), "workflow:calendar"))
    cancel = "workflow:calendar"
    submit_label = gettext_lazy("Load the year")

    def get_title(self) -> str:
        return _("Load the public holidays of %s") % self.kwargs["year"]

    def perform(self, form: Any) -> int:
        return load_year(self.kwargs["year"], by=person_of(self.request))

    def get_success_message(self, result: Any) -> str:
        return clocks_moved(result)

    def get_success_url(self, result: Any) -> str:
        return "/settings/calendar/"


def clocks_moved(count: int | None) -> str:
    return _("Saved. Running clocks set again: %s.") % (count or 0)
