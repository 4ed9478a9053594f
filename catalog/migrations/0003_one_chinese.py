from django.db import migrations

from core.search import searchable

BATCH = 1000


def fold(apps, schema_editor):
    """Products entered in traditional Chinese are found in simplified, too."""
    products = apps.get_model("catalog", "Product").objects
    rows = []
    for row in products.order_by("pk").iterator(chunk_size=BATCH):
        before = row.search_text
        row.search_text = searchable(row.code, row.name, row.name_en, row.specification)
        if row.search_text != before:
            rows.append(row)
        if len(rows) == BATCH:
            products.bulk_update(rows, ["search_text"])
            rows = []
    products.bulk_update(rows, ["search_text"])


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_cost_price")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
