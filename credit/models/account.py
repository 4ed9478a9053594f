"""What a customer may owe, and what it owes: a ledger keyed by reference (the order's number)."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credit.choices import ExposureKind, Grade
from customers.models import Customer


class CreditAccount(models.Model):
    customer = models.OneToOneField(
        Customer, on_delete=models.PROTECT, related_name="credit_account", verbose_name=_("customer")
    )
    limit = models.DecimalField(_("credit limit"), max_digits=16, decimal_places=2, default=Decimal(0))
    grade = models.CharField(_("credit grade"), max_length=1, choices=Grade.choices, default=Grade.B)
    exposure = models.DecimalField(
        _("exposure"), max_digits=16, decimal_places=2, default=Decimal(0),
        help_text=_("Open orders not yet paid; always the sum of the ledger."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        constraints = [
            models.CheckConstraint(condition=Q(limit__gte=0), name="credit_limit_not_negative"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="credit_grade_known"),
        ]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def available_credit(self) -> Decimal:
        return self.limit - self.exposure


class CreditReservation(models.Model):
    """What one order draws on the credit: the part sold on credit, as far as money received has not covered it."""

    account = models.ForeignKey(
        CreditAccount, on_delete=models.PROTECT, related_name="reservations", verbose_name=_("account")
    )
    reference = models.CharField(_("order"), max_length=40, unique=True)
    total = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    on_credit = models.DecimalField(_("on credit"), max_digits=16, decimal_places=2)
    paid = models.DecimalField(_("paid"), max_digits=16, decimal_places=2, default=Decimal(0))
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("credit reservation")
        verbose_name_plural = _("credit reservations")
        constraints = [
            models.CheckConstraint(
                condition=Q(on_credit__gte=0) & Q(on_credit__lte=models.F("total")),
                name="credit_part_within_total",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def outstanding(self) -> Decimal:
        """Money covers the part due beforehand first; what is left of the total is owed, at most the credit part."""
        if not self.is_open:
            return Decimal(0)
        return max(min(self.on_credit, self.total - self.paid), Decimal(0))


class ExposureEntry(models.Model):
    account = models.ForeignKey(
        CreditAccount, on_delete=models.PROTECT, related_name="entries", verbose_name=_("account")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ExposureKind.choices)
    reference = models.CharField(_("reference"), max_length=40)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, help_text=_("Signed."))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("exposure entry")
        verbose_name_plural = _("exposure entries")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ExposureKind.values), name="credit_exposure_kind_known"),
        ]
        indexes = [models.Index(fields=["reference"], name="credit_by_reference")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"
