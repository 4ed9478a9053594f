"""Company hours, days that differ from the week, and the mark that tells processes to read them again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workflow.choices import DaySource, Weekday


class CompanyHours(models.Model):
    """One working interval of a weekday; a lunch break makes two."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    start = models.TimeField(_("from"))
    end = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("company hours")
        verbose_name_plural = _("company hours")
        ordering = ["weekday", "start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="workflow_hours_end_after_start"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="workflow_hours_weekday_known"),
            models.UniqueConstraint(fields=["weekday", "start"], name="workflow_hours_start_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start:%H:%M}–{self.end:%H:%M}"


class CalendarDay(models.Model):
    """A day the official calendar or the company speaks about. A working day has the hours of its
    weekday, a make-up day on a weekend those of Monday."""

    date = models.DateField(_("date"), primary_key=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=DaySource.choices, default=DaySource.OFFICIAL)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()


class CalendarYear(models.Model):
    """A year whose public holidays are known. Beyond the last one due times are provisional."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    loaded_at = models.DateTimeField(_("loaded at"))

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class ClockRevision(models.Model):
    """One row, raised with every change of hours, days or policies: processes that keep copies compare it."""

    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="workflow_one_revision")]

    def __str__(self) -> str:
        return str(self.number)
