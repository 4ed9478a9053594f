from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Work and clocks")

    def ready(self) -> None:
        from workflow.defaults import fill_defaults

        # After every migrate (and every flush of a test database), so that no clock is ever without a rule.
        post_migrate.connect(fill_defaults, sender=self, dispatch_uid="workflow.defaults")
