"""Rules of who gets which work, with what a change would have done to the last months (R4.1, R14.13)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.choices import Role
from core.views.acts import FormPage
from core.views.pages import Page, SubjectMixin
from orders.assignment import Rule, rules_in_force, shares
from orders.choices import AssignableWork
from orders.forms.assignment import AssignmentRuleForm, TypedRule
from orders.models import AssignmentRule, OrderLine
from orders.services import save_assignment_rule
from orders.services.assignment import EDITORS

DAYS = 90


class AssignmentRules(Page):
    access = EDITORS | {Role.PRODUCTION, Role.WAREHOUSE, Role.QUALITY, Role.SUPERVISION}
    template_name = "orders/assignment_rules.html"
    title = _("Assignment of work")
    lead = _("Who gets the work on which goods and for which region. The first rule that fits decides.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = list(AssignmentRule.objects.select_related("family", "person"))
        groups = [(label, [rule for rule in rules if rule.kind == kind]) for kind, label in AssignableWork.choices]
        may_edit = self.request.user.has_role(*EDITORS)  # type: ignore[union-attr]
        return super().get_context_data(groups=groups, may_edit=may_edit, **kwargs)


class NewAssignmentRule(FormPage):
    access = EDITORS
    form_class = AssignmentRuleForm
    service = save_assignment_rule
    page_template = "orders/assignment_rule_edit.html"
    title = _("New assignment rule")
    lead = _("Work under way stays with whom it has.")
    crumbs = ((_("Assignment of work"), "orders:assignment-list"),)
    cancel = "orders:assignment-list"
    submit_label = _("Save rule")
    success_message = _("The rule is saved.")
    grid = True
    pk = 0

    def get_success_url(self, result: Any) -> str:
        return reverse("orders:assignment-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        given = form if form.is_bound else self.form_class(data={**form.initial, "kind": form["kind"].value()})
        return super().get_context_data(rule_pk=self.pk, **effect_of(given.typed(self.pk)), **kwargs)


class EditAssignmentRule(SubjectMixin, NewAssignmentRule):
    model = AssignmentRule
    title = _("Assignment rule")

    def get_queryset(self) -> Any:
        return AssignmentRule.objects.all()

    def prepare(self) -> None:
        super().prepare()
        self.pk = self.subject.pk

    def get_subject_name(self) -> str:
        return "rule"

    def get_initial(self) -> dict[str, Any]:
        rule = self.subject
        own = {name: getattr(rule, name) for name in ("kind", "position", "region", "role", "requirement", "is_active")}
        return {**own, "family": rule.family_id, "person": rule.person_id}


class AssignmentPreview(View):
    """What the rule being typed would have done; a fragment."""

    access = EDITORS

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        form = AssignmentRuleForm(data=request.GET)
        return render(request, "orders/_assignment_effect.html", effect_of(form.typed(pk)))


def effect_of(rule: TypedRule | None) -> dict[str, Any]:
    """Lines received in the last DAYS days by who would get them: under the rules now, and with this one."""
    if rule is None:
        return {"effect": None, "days": DAYS}
    now = rules_in_force(rule.kind)
    others: list[Any] = [each for each in now if each.pk != rule.pk]
    then = sorted([*others, *([rule] if rule.is_active else [])], key=lambda each: (each.position, each.pk or 1 << 62))
    wants = _received_lines()
    before, after = shares(_as_rules(now), rule.kind, wants), shares(_as_rules(then), rule.kind, wants)
    rows = [(Role(role).label, name, before[role, name], after[role, name]) for role, name in sorted({*before, *after})]
    return {"effect": rows, "days": DAYS}


def _as_rules(rules: Sequence[Any]) -> Sequence[Rule]:
    return rules


def _received_lines() -> list[tuple[int | None, str, int]]:
    """(family, region, number of lines): as many rows as there are families and regions, not orders."""
    since = timezone.now() - timedelta(days=DAYS)
    rows = OrderLine.objects.filter(order__received_at__gte=since).order_by()
    return list(rows.values_list("product__family", "order__customer__region").annotate(number=Count("pk")))
