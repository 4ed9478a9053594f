"""What keeps the work from going on, and who is told of it (R4.3)."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fulfillment.choices import DisruptionKind, NoticeReason
from fulfillment.querysets import DisruptionQuerySet, OfOrderQuerySet
from orders.choices import CommunicationMeans
from orders.models import Order

REPORT_WITHIN = timedelta(hours=2)


class Disruption(models.Model):
    """A power cut, a broken machine, missing material: reported within two hours of its start."""

    kind = models.CharField(_("kind"), max_length=20, choices=DisruptionKind.choices)
    description = models.TextField(_("what happened"))
    started_at = models.DateTimeField(_("began"))
    expected_end = models.DateTimeField(_("expected end"), null=True, blank=True)
    measures = models.TextField(_("measures"), blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = DisruptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("disruption")
        verbose_name_plural = _("disruptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DisruptionKind.values), name="fulfillment_disruption_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reported_at__gte=F("started_at")), name="fulfillment_disruption_began_before"
            ),
        ]
        indexes = [models.Index(fields=["-started_at", "-id"], name="fulfillment_disruption_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.description[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:disruption-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def was_reported_late(self) -> bool:
        return self.reported_at - self.started_at > REPORT_WITHIN


class CustomerNotice(models.Model):
    """What a customer is to hear about its order, and the record that it was told (R4.3, R4.4, R4.11)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="notices", verbose_name=_("order"))
    disruption = models.ForeignKey(
        Disruption, on_delete=models.PROTECT, null=True, related_name="notices", verbose_name=_("disruption")
    )
    reason = models.CharField(_("reason"), max_length=12, choices=NoticeReason.choices)
    text = models.CharField(_("effect on the order"), max_length=500)
    new_date = models.DateField(_("new date"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("told by"),
    )  # fmt: skip
    means = models.CharField(_("means"), max_length=10, choices=CommunicationMeans.choices, blank=True)
    spoke_with = models.CharField(_("spoke with"), max_length=60, blank=True)
    answer = models.TextField(_("the customer's answer"), blank=True)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice to the customer")
        verbose_name_plural = _("notices to customers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["disruption", "order"], name="fulfillment_notice_once_a_disruption"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True) | Q(told_by__isnull=False) & ~Q(answer=""),
                name="fulfillment_notice_told_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:notice-tell", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.told_at is None
