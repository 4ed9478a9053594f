"""What happens to goods under way, and what goes wrong there (R5.6)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fulfillment.choices import EventSource, IncidentKind, Responsible, TransportEventKind
from fulfillment.models.carrier import Carrier
from fulfillment.models.carrier_rules import CarrierRules
from fulfillment.models.shipment import Shipment
from fulfillment.querysets import IncidentQuerySet, OfShipmentQuerySet


class TransportEvent(models.Model):
    """Recorded by us, or reported by the carrier under a number of its own, each number once a shipment."""

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="transport_events", verbose_name=_("shipment")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=TransportEventKind.choices)
    at = models.DateTimeField(_("time"))
    place = models.CharField(_("place"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=EventSource.choices, default=EventSource.MANUAL)
    carrier = models.ForeignKey(
        Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("carrier")
    )
    external_id = models.CharField(_("the carrier's number"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    recorded_at = models.DateTimeField(_("recorded"))

    objects = OfShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("transport event")
        verbose_name_plural = _("transport events")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=TransportEventKind.values), name="fulfillment_event_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(source=EventSource.MANUAL, external_id="", carrier__isnull=True)
                | Q(source=EventSource.CALLBACK, carrier__isnull=False) & ~Q(external_id=""),
                name="fulfillment_event_of_carrier_numbered",
            ),
            models.UniqueConstraint(
                fields=["carrier", "external_id", "shipment"], condition=~Q(external_id=""),
                name="fulfillment_event_once",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["shipment", "-at", "-id"], name="fulfillment_event_by_time")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}".strip()


class TransportIncident(models.Model):
    """Delay, damage, wrong goods or loss: open until somebody says who answers for it and what was done.

    `cost` and `penalty` are in yuan; `rules` is the version whose range the penalty kept.
    """

    shipment = models.ForeignKey(
        Shipment, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("shipment")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=IncidentKind.choices)
    description = models.CharField(_("what happened"), max_length=500)
    new_date = models.DateField(_("new date of arrival"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reported by")
    )
    reported_at = models.DateTimeField(_("reported"))
    responsible = models.CharField(
        pgettext_lazy("incident", "responsible"), max_length=10, choices=Responsible.choices, blank=True
    )
    measure = models.CharField(pgettext_lazy("remedy", "measure"), max_length=500, blank=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    penalty = models.DecimalField(_("penalty"), max_digits=14, decimal_places=2, null=True, blank=True)
    rules = models.ForeignKey(CarrierRules, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("settled by"),
    )  # fmt: skip
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("transport incident")
        verbose_name_plural = _("transport incidents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="fulfillment_incident_kind_known"),
            models.CheckConstraint(condition=~Q(description=""), name="fulfillment_incident_described"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, responsible="")
                | Q(responsible__in=Responsible.values, settled_at__isnull=False, settled_by__isnull=False)
                & ~Q(measure=""),
                name="fulfillment_incident_settled_whole",
            ),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="fulfillment_incident_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(penalty__isnull=True)
                | Q(penalty__gt=0, rules__isnull=False, responsible__in=[Responsible.CARRIER, Responsible.HOUSE]),
                name="fulfillment_no_penalty_without_rule",
            ),
            models.UniqueConstraint(
                fields=["shipment", "kind"], condition=Q(settled_at__isnull=True),
                name="fulfillment_one_open_incident_a_kind",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["-id"], condition=Q(settled_at__isnull=True), name="fulfillment_incident_open")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.description[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("fulfillment:incident-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
