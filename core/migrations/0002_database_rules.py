"""What the models cannot say: append-only triggers, the search function, the first number series."""

from typing import Any

from django.db import migrations

from core.append_only import protect, unprotect
from core.search import CREATE_BIGRAMS, DROP_BIGRAMS

SERIES = (
    ("order", "{yyyy}{mm}-{seq:03d}", "month"),
    ("quotation", "Q{yyyy}{mm}-{seq:03d}", "month"),
    ("contract", "C{yyyy}{mm}-{seq:03d}", "month"),
    ("shipment", "S{yyyy}{mm}-{seq:04d}", "month"),
    ("document", "D{yyyy}{mm}-{seq:04d}", "month"),
    ("receipt", "R{yyyy}{mm}-{seq:04d}", "month"),
    ("customer", "C{seq:05d}", "never"),
    ("import", "I{yyyy}{mm}-{seq:03d}", "month"),
)


def add_rules(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    protect(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(CREATE_BIGRAMS)


def take_rules_back(apps: Any, schema_editor: Any) -> None:
    connection = schema_editor.connection
    unprotect(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(DROP_BIGRAMS)


def add_series(apps: Any, schema_editor: Any) -> None:
    series = apps.get_model("core", "NumberSeries")
    rows = [series(code=code, pattern=pattern, reset=reset) for code, pattern, reset in SERIES]
    series.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunPython(add_rules, take_rules_back),
        migrations.RunPython(add_series, migrations.RunPython.noop),
    ]
