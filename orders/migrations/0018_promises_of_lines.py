from django.db import migrations, models


def promise_lines(apps, schema_editor):
    """What was promised for the order was promised for each of its lines."""
    line, order = apps.get_model("orders", "OrderLine"), apps.get_model("orders", "Order")
    day = order.objects.filter(pk=models.OuterRef("order_id")).values("promise_date")[:1]
    line.objects.filter(order__promise_date__isnull=False).update(promise_date=models.Subquery(day))


class Migration(migrations.Migration):
    dependencies = [("orders", "0017_assignment_and_line_promises")]

    operations = [migrations.RunPython(promise_lines, migrations.RunPython.noop)]
