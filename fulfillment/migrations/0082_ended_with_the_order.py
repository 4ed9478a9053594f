from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fulfillment", "0081_blocked_lots"),
    ]

    operations = [
        migrations.AddField(
            model_name="nonconformity",
            name="ended_with_order",
            field=models.BooleanField(default=False, verbose_name="ended with the order"),
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
                    ("ended_with_order", True),
                    _connector="OR",
                ),
                name="fulfillment_nonconformity_closed_by_inspection",
            ),
        ),
    ]
