from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_the_orders(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    shipments = apps.get_model("fulfillment", "Shipment").objects.using(alias).filter(pk=OuterRef("shipment"))
    shortages = apps.get_model("fulfillment", "Shortage").objects.using(alias)
    shortages.update(order_id=Subquery(shipments.values("order_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0052_lookups"),
        ("orders", "0020_open_by_due"),
    ]

    operations = [
        migrations.AddField(
            model_name="shortage",
            name="order",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shortages",
                to="orders.order",
                verbose_name="order",
            ),
        ),
        migrations.RunPython(name_the_orders, migrations.RunPython.noop, elidable=True),
    ]
