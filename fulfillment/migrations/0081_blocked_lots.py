from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def block_what_failed(apps: Any, schema_editor: Any) -> None:
    """Lots whose last inspection failed. What is promised to orders stays with them: somebody corrects it by hand."""
    alias = schema_editor.connection.alias
    inspections = apps.get_model("fulfillment", "Inspection").objects.using(alias)
    last = inspections.filter(lot=OuterRef("pk")).order_by("-pk").values("result")[:1]
    lots = apps.get_model("catalog", "StockLot").objects.using(alias)
    failed = lots.annotate(last=Subquery(last)).filter(last="failed", reserved=0).values_list("pk", flat=True)
    lots.filter(pk__in=list(failed)).update(status="blocked", blocked_reason="来料检验不合格")


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0070_blocked_lots"),
        ("fulfillment", "0080_shortages_of_orders"),
    ]

    operations = [
        migrations.AlterField(
            model_name="shortage",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shortages",
                to="orders.order",
                verbose_name="order",
            ),
        ),
        migrations.AlterField(
            model_name="shortage",
            name="new_date",
            field=models.DateField(blank=True, null=True, verbose_name="new date"),
        ),
        migrations.AlterField(
            model_name="shortage",
            name="shipment",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shortages",
                to="fulfillment.shipment",
                verbose_name="shipment",
            ),
        ),
        migrations.AddIndex(
            model_name="shortage",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)), fields=["order"], name="fulfillment_short_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="shortage",
            constraint=models.CheckConstraint(
                condition=models.Q(("shipment__isnull", True), ("new_date__isnull", False), _connector="OR"),
                name="fulfillment_shipment_short_until_a_day",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="nonconformity",
            name="fulfillment_nonconformity_closed_by_inspection",
        ),
        migrations.AddConstraint(
            model_name="nonconformity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    ("closed_by_inspection__isnull", False),
                    ("decision__in", ["scrap", "concession"]),
                    _connector="OR",
                ),
                name="fulfillment_nonconformity_closed_by_inspection",
            ),
        ),
        migrations.RunPython(block_what_failed, migrations.RunPython.noop, elidable=True),
    ]
