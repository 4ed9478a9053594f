"""Totals by day, folded from the log of transitions, so that no page counts a million orders."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reports.choices import Measure

# The day under which running totals stand.
EPOCH = date(1970, 1, 1)


class DailyFigure(models.Model):
    """`date` is the company's day. A negative count is meant where orders left a status."""

    date = models.DateField(_("day"))
    measure = models.CharField(_("measure"), max_length=16, choices=Measure.choices)
    dimension = models.CharField(_("dimension"), max_length=20, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    count = models.BigIntegerField(_("count"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("daily figure")
        verbose_name_plural = _("daily figures")
        constraints = [
            models.UniqueConstraint(fields=["measure", "date", "dimension", "currency"], name="reports_figure_once"),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="reports_measure_known"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.measure} {self.dimension}: {self.count}"
