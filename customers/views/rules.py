"""The archive's rules in the browser (R1.4, R1.7): their effect is looked at before they are in force (R14.13)."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.errors import DomainError
from core.views import once
from core.views.acts import FormPage
from customers.forms_archive import RulesForm
from customers.models import ArchiveRules
from customers.rules_effect import Effect, effect_of
from customers.selectors import current_rules
from customers.services.rules import CHANGEABLE, change_archive_rules, check_rules


class RulesEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "customers/rules.html"
    form_class = RulesForm
    service = change_archive_rules
    title = _("Archive rules")
    lead = _("When an archive is checked again, and when a paper is renewed.")
    crumbs = ((_("Settings"), "workflow:settings"),)
    cancel = "workflow:settings"
    submit_label = _("Show the effect")
    success_message = _("The new rules are in force.")
    grid = True
    effect: Effect | None = None

    def get_initial(self) -> dict[str, Any]:
        rules = current_rules()
        return {**{name: getattr(rules, name) for name in CHANGEABLE}, "version": rules.version}

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        """Whoever changed a value after looking looks again."""
        if form.cleaned_data["seen"] == fingerprint(form.cleaned_data):
            return super().attempt(form, submission)
        return self.preview(form)

    def preview(self, form: Any) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in CHANGEABLE}
        try:
            check_rules(values)
        except DomainError as error:
            return self.refuse(form, error)
        self.effect = effect_of(ArchiveRules(**values), current_rules(), timezone.localdate())
        self.submit_label = _("Put in force")
        form.data = {**form.data.dict(), "seen": fingerprint(form.cleaned_data)}
        return self.show(form)

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {name: value for name, value in form.cleaned_data.items() if name != "seen"}

    def get_success_url(self, result: Any) -> str:
        return reverse("customers:rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = ArchiveRules.objects.select_related("created_by")[:20]
        return super().get_context_data(history=history, effect=self.effect, **kwargs)


def fingerprint(values: dict[str, Any]) -> str:
    return "/".join(str(values[name]) for name in ("version", *CHANGEABLE))
