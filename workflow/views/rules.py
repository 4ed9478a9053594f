"""The approval ladder in the browser: each rule a sentence, its values editable, its history below (R3.5)."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core.models import AuditEntry
from core.views.acts import FormPage
from core.views.pages import Page
from workflow.forms import RuleForm
from workflow.ladder import reason_texts
from workflow.models import ApprovalRule
from workflow.services.rules import change_rule

LOOKERS = frozenset({Role.ADMIN, Role.SUPERVISION, *MANAGERS})


class SettingsHome(Page):
    access = LOOKERS
    template_name = "workflow/settings.html"
    title = gettext_lazy("Settings")


class RuleList(Page):
    access = LOOKERS
    template_name = "workflow/rule_list.html"
    title = gettext_lazy("Approval ladder")
    lead = gettext_lazy("Who approves what, and when. Running approvals keep the rules they were opened under.")
    crumbs = ((gettext_lazy("Settings"), "workflow:settings"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = [(rule, sentence(rule)) for rule in ApprovalRule.objects.all()]
        may_edit = person_of(self.request).has_role(Role.ADMIN)
        return super().get_context_data(rules=rules, may_edit=may_edit, **kwargs)


class RuleEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "workflow/rule_edit.html"
    form_class = RuleForm
    crumbs = ((gettext_lazy("Approval ladder"), "workflow:rule-list"),)
    cancel = "workflow:rule-list"
    submit_label = gettext_lazy("Put in force")
    success_message = gettext_lazy("The rule is in force for what is submitted from now on.")
    rule: ApprovalRule

    def prepare(self) -> None:
        self.rule = get_object_or_404(ApprovalRule, code=self.kwargs["code"])

    def get_title(self) -> str:
        return sentence(self.rule)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "rule": self.rule}

    def perform(self, form: Any) -> Any:
        return change_rule(self.rule.code, **form.rule_values(), by=person_of(self.request))

    def get_success_url(self, result: Any) -> str:
        return reverse("workflow:rule-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = AuditEntry.objects.filter(subject_type=self.rule._meta.label_lower, subject_id=self.rule.pk)
        return super().get_context_data(history=entries.select_related("by").order_by("-id")[:20], **kwargs)


def sentence(rule: ApprovalRule) -> str:
    [reason] = reason_texts([{"code": rule.code, "conditions": rule.conditions}])
    return gettext("%(role)s: %(reason)s") % {"role": rule.get_role_display(), "reason": reason}
