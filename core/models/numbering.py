from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.choices import Reset
from core.number_pattern import pattern_problem


class NumberSeries(models.Model):
    """How the numbers of one kind of paper look. Edited in the browser (R2.2)."""

    code = models.CharField(_("code"), max_length=32, primary_key=True)
    pattern = models.CharField(
        _("pattern"),
        max_length=64,
        help_text=_("For example {yyyy}{mm}-{seq:03d}; 03 is the least number of digits."),
    )
    reset = models.CharField(_("starts again"), max_length=8, choices=Reset.choices)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.CheckConstraint(condition=models.Q(reset__in=Reset.values), name="core_series_reset_known"),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if problem := pattern_problem(self.pattern, self.reset):
            raise ValidationError({"pattern": problem})


class NumberCounter(models.Model):
    """The last number drawn in one period. Its row is the lock of the series."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="counters")
    period = models.CharField(max_length=6, blank=True)
    value = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "period"], name="core_counter_once_per_period"),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="core_counter_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.period}: {self.value}"
