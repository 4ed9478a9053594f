"""Qualification papers (R1.7): what a customer must show before the first order is taken on."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.choices import PaperKind, PaperState
from customers.models.customer import Customer
from customers.querysets import PaperQuerySet


class QualificationPaper(models.Model):
    """A filed paper is never edited: it is withdrawn, or followed by the next one. Its scan is an attachment of it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="papers", verbose_name=_("customer"))
    kind = models.CharField(_("kind"), max_length=20, choices=PaperKind.choices)
    number = models.CharField(_("paper number"), max_length=60, blank=True)
    issued_date = models.DateField(_("issued on"), null=True, blank=True)
    expires_date = models.DateField(_("valid until"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("filed by")
    )
    filed_at = models.DateTimeField(_("filed"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification paper")
        verbose_name_plural = _("qualification papers")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PaperKind.values), name="customers_paper_kind_known"),
            models.CheckConstraint(
                condition=Q(issued_date__isnull=True)
                | Q(expires_date__isnull=True)
                | Q(expires_date__gte=F("issued_date")),
                name="customers_paper_ends_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="customers_paper_withdrawn_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_date", "id"], condition=Q(withdrawn_at__isnull=True), name="customers_papers_by_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()

    def is_valid_on(self, day: date) -> bool:
        return self.withdrawn_at is None and (self.expires_date is None or self.expires_date >= day)

    def state_on(self, day: date, *, notice: date) -> str:
        """`notice`: what ends by then is to be renewed now."""
        if not self.is_valid_on(day):
            return PaperState.EXPIRED
        return PaperState.EXPIRING if self.expires_date and self.expires_date <= notice else PaperState.VALID
