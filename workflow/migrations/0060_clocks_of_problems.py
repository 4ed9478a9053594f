"""A major acceptance problem gets a clock of its own (R6.4); the general one keeps the limit both shared until now."""

from typing import Any

from django.db import migrations

KEPT = ("basis", "amount", "warn_at", "escalation", "created_by_id", "note")


def divide(apps: Any, schema_editor: Any) -> None:
    """Running clocks keep the version they were started under; the major one is filled in after this."""
    policies = apps.get_model("workflow", "WorkPolicy").objects.using(schema_editor.connection.alias)
    shared = policies.filter(kind="acceptance_problem", part="", is_current=True).first()
    if shared is None:
        return
    kept = {name: getattr(shared, name) for name in KEPT}
    policies.create(kind="acceptance_problem", part="general", version=1, **kept)
    policies.filter(pk=shared.pk).update(is_current=False)


def unite(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    policies = apps.get_model("workflow", "WorkPolicy").objects.using(alias)
    shared = policies.filter(kind="acceptance_problem", part="").order_by("-version").first()
    parts = policies.filter(kind="acceptance_problem").exclude(part="")
    if shared is None:
        shared = policies.create(
            kind="acceptance_problem", part="", version=1, is_current=False, basis="working_days", amount=2,
            warn_at=["0.5"], escalation=[],
        )  # fmt: skip
    items = apps.get_model("workflow", "WorkItem").objects.using(alias)
    items.filter(policy__in=parts).update(policy=shared)
    parts.delete()
    policies.filter(pk=shared.pk).update(is_current=True)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0044_transport")]
    operations = [migrations.RunPython(divide, unite)]
