"""Overdue clocks by kind are counted from this index alone, without a look at the work items."""

from django.db import migrations

CREATE = """
CREATE INDEX reports_overdue ON workflow_workitem (due_at, kind) WHERE done_at IS NULL AND paused_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial"), ("workflow", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP INDEX IF EXISTS reports_overdue")]
