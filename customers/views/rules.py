"""The archive's rules in the browser (R1.4, R1.7): their effect is looked at before they are in force (R14.13)."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.views.effect import EffectFirst
from customers.forms_archive import RulesForm
from customers.models import ArchiveRules
from customers.rules_effect import Effect, effect_of
from customers.selectors import current_rules
from customers.services.rules import CHANGEABLE, change_archive_rules, check_rules


class RulesEdit(EffectFirst):
    access = frozenset({Role.ADMIN})
    template_name = "customers/rules.html"
    form_class = RulesForm
    service = change_archive_rules
    title = _("Archive rules")
    lead = _("When an archive is checked again, and when a paper is renewed.")
    crumbs = ((_("Settings"), "workflow:settings"),)
    cancel = "workflow:settings"
    changeable = CHANGEABLE
    success_message = _("The new rules are in force.")
    grid = True
    effect: Effect | None = None

    def get_initial(self) -> dict[str, Any]:
        rules = current_rules()
        return {**{name: getattr(rules, name) for name in CHANGEABLE}, "version": rules.version}

    def look(self, values: dict[str, Any]) -> None:
        check_rules(values)
        self.effect = effect_of(ArchiveRules(**values), current_rules(), timezone.localdate())

    def get_success_url(self, result: Any) -> str:
        return reverse("customers:rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = ArchiveRules.objects.select_related("created_by")[:20]
        return super().get_context_data(history=history, effect=self.effect, **kwargs)
