"""Applications to read a customer's contacts for a time (R1.6)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.choices import DisclosureStatus
from customers.models.customer import Customer
from customers.querysets import DisclosureQuerySet

S = DisclosureStatus


class DisclosureRequest(models.Model):
    """A grant ends by itself: the dates are compared at every reading, nothing has to switch it off."""

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("customer")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("applicant")
    )
    purpose = models.CharField(_("purpose"), max_length=500)
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"))
    status = models.CharField(_("status"), max_length=10, choices=DisclosureStatus.choices, default=S.REQUESTED)
    requested_at = models.DateTimeField(_("requested"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    decision_note = models.CharField(_("note"), max_length=500, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("revoked by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to read contacts")
        verbose_name_plural = _("applications to read contacts")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=S.values), name="customers_disclosure_status_known"),
            models.CheckConstraint(
                condition=Q(until_date__gte=F("from_date")), name="customers_disclosure_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(status=S.REQUESTED, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status=S.REQUESTED) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="customers_disclosure_decided_by_somebody",
            ),
            # Four eyes: nobody grants what they applied for.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("applicant")),
                name="customers_disclosure_other_eyes",
            ),
            models.UniqueConstraint(
                fields=["customer", "applicant"],
                condition=Q(status=S.REQUESTED),
                name="customers_disclosure_asked_once",
            ),
        ]
        indexes = [
            # Asked once for every reader who has no other right.
            models.Index(
                fields=["applicant", "until_date"], condition=Q(status=S.GRANTED), name="customers_disclosure_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.applicant}"

    def get_absolute_url(self) -> str:
        return reverse("customers:disclosure-detail", args=[self.pk])

    def is_running_on(self, day: date) -> bool:
        return self.status == S.GRANTED and self.from_date <= day <= self.until_date
