from django.db import migrations
from django.db.models import F


def one_step_a_stage(apps, schema_editor):
    """Until now steps were asked one after the other."""
    apps.get_model("workflow", "ApprovalStep").objects.using(schema_editor.connection.alias).update(stage=F("position"))


class Migration(migrations.Migration):
    dependencies = [
        ("workflow", "0006_stages_and_versions"),
    ]

    operations = [
        migrations.RunPython(one_step_a_stage, migrations.RunPython.noop),
    ]
