"""The archive's rules in the browser (R1.4, R1.7)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.views.acts import FormPage
from customers.forms_archive import RulesForm
from customers.models import ArchiveRules
from customers.selectors import current_rules
from customers.services.rules import CHANGEABLE, change_archive_rules


class RulesEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "customers/rules.html"
    form_class = RulesForm
    service = change_archive_rules
    title = _("Archive rules")
    lead = _("When an archive is checked again, and when a paper is renewed.")
    crumbs = ((_("Settings"), "workflow:settings"),)
    cancel = "workflow:settings"
    submit_label = _("Put in force")
    success_message = _("The new rules are in force.")
    grid = True

    def get_initial(self) -> dict[str, Any]:
        rules = current_rules()
        return {**{name: getattr(rules, name) for name in CHANGEABLE}, "version": rules.version}

    def get_success_url(self, result: Any) -> str:
        return reverse("customers:rules")

    def get_success_message(self, result: Any) -> str:
        return str(self.success_message)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = ArchiveRules.objects.select_related("created_by")[:20]
        return super().get_context_data(history=history, **kwargs)
