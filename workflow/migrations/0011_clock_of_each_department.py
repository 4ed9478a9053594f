"""Each department of the joint review gets a clock of its own, with the time limit all of them shared until now (R3.1)."""

from typing import Any

from django.db import migrations

DEPARTMENTS = ("order_center", "finance", "engineering", "production", "warehouse")
KEPT = ("basis", "amount", "warn_at", "escalation", "created_by_id", "note")


def divide(apps: Any, schema_editor: Any) -> None:
    """Running clocks keep the version they were started under; a new database gets its clocks after this."""
    policies = apps.get_model("workflow", "WorkPolicy").objects.using(schema_editor.connection.alias)
    shared = policies.filter(kind="review", part="", is_current=True).first()
    if shared is None:
        return
    kept = {name: getattr(shared, name) for name in KEPT}
    for department in DEPARTMENTS:
        policies.create(kind="review", part=department, version=1, **kept)
    policies.filter(pk=shared.pk).update(is_current=False)


def unite(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    policies = apps.get_model("workflow", "WorkPolicy").objects.using(alias)
    shared = policies.filter(kind="review", part="").order_by("-version").first()
    parts = policies.filter(kind="review").exclude(part="")
    if shared is None:
        shared = policies.create(
            kind="review", part="", version=1, is_current=False, basis="working_hours", amount=480,
            warn_at=["0.75"], escalation=[],
        )  # fmt: skip
    items = apps.get_model("workflow", "WorkItem").objects.using(alias)
    items.filter(policy__in=parts).update(policy=shared)
    parts.delete()
    policies.filter(pk=shared.pk).update(is_current=True)


class Migration(migrations.Migration):
    dependencies = [("workflow", "0010_clocks_of_parts")]
    operations = [migrations.RunPython(divide, unite)]
