from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Work and clocks")

    def ready(self) -> None:
        from core import subjects
        from workflow import previews, rule_effect
        from workflow.defaults import fill_defaults
        from workflow.doors import page_of_case
        from workflow.models import ApprovalCase, Waiver

        subjects.register(
            ApprovalCase,
            label=lambda case: case.subject_label,
            url=page_of_case,
            visible_to=lambda user: ApprovalCase.objects.visible_to(user),
        )

        subjects.register(
            Waiver,
            label=lambda waiver: f"{waiver.get_gate_display()} · {waiver.subject_label}",
            url=lambda waiver: subjects.url_of(waiver.subject_type, waiver.subject_id),
            visible_to=lambda user: Waiver.objects.visible_to(user),
        )

        previews.register(rule_effect.KIND, count=rule_effect.count, work=rule_effect.work)

        # After every migrate (and every flush of a test database), so that no clock is ever without a rule.
        post_migrate.connect(fill_defaults, sender=self, dispatch_uid="workflow.defaults")
