"""A special approval for money says up to how much (R14.4); those that stand without a cap keep having none in effect."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

ABOUT_MONEY = ["payment", "credit"]
LARGEST = "99999999999999.99"


def cap_those_that_stand(apps: Any, schema_editor: Any) -> None:
    waivers = apps.get_model("workflow", "Waiver").objects.using(schema_editor.connection.alias)
    waivers.filter(cap=None, gate__in=ABOUT_MONEY, status__in=["requested", "granted"]).update(cap=LARGEST)


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0011_clock_of_each_department"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(cap_those_that_stand, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="waiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cap__isnull", False),
                    models.Q(("gate__in", ABOUT_MONEY), _negated=True),
                    ("status__in", ["used", "refused", "revoked"]),
                    _connector="OR",
                ),
                name="workflow_waiver_capped",
            ),
        ),
    ]
