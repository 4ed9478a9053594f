from django.db import migrations

from core.search import searchable
from customers.likeness import name_key

BATCH = 1000


def fold(apps, schema_editor):
    """What was entered in traditional Chinese is found in simplified, and as a twin, too."""
    customers, inquiries = apps.get_model("customers", "Customer"), apps.get_model("customers", "Inquiry")
    _rewrite(customers.objects.all(), {
        "name_key": lambda row: name_key(row.name),
        "search_text": lambda row: searchable(row.code, row.name, row.short_name, row.tax_number),
    })  # fmt: skip
    _rewrite(inquiries.objects.select_related("customer"), {
        "search_text": lambda row: searchable(row.number, row.customer.name if row.customer else row.prospect_name),
    })  # fmt: skip


def _rewrite(found, values):
    rows = []
    for row in found.order_by("pk").iterator(chunk_size=BATCH):
        before = [getattr(row, name) for name in values]
        for name, of in values.items():
            setattr(row, name, of(row))
        if before != [getattr(row, name) for name in values]:
            rows.append(row)
        if len(rows) == BATCH:
            found.model.objects.bulk_update(rows, list(values))
            rows = []
    found.model.objects.bulk_update(rows, list(values))


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_disclosures")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
