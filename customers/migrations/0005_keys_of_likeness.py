from django.db import migrations

from customers.likeness import name_key, phone_key, tax_key

BATCH = 1000


def fill_keys(apps, schema_editor):
    """What is in the archive already is found as a twin, too."""
    customers, contacts = apps.get_model("customers", "Customer"), apps.get_model("customers", "Contact")
    _fill(customers, {"name_key": lambda row: name_key(row.name), "tax_key": lambda row: tax_key(row.tax_number)})
    _fill(contacts, {"phone_key": lambda row: phone_key(row.phone)})


def _fill(model, keys):
    rows = []
    for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
        for name, of in keys.items():
            setattr(row, name, of(row))
        rows.append(row)
        if len(rows) == BATCH:
            model.objects.bulk_update(rows, list(keys))
            rows = []
    model.objects.bulk_update(rows, list(keys))


class Migration(migrations.Migration):
    dependencies = [("customers", "0004_likeness_and_frequency")]

    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop)]
