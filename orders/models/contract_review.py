"""The contract review form (合同評審表, R3.6): how the order is taken on, and what is proposed for a small one."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.choices import AcceptanceMode, ProposalDecision
from orders.models.check_policy import CheckPolicy
from orders.models.clarification import Clarification
from orders.models.review import ReviewRound


class ContractReview(models.Model):
    """Made with the round it belongs to. The percentages and days that were agreed stand beside those proposed."""

    round = models.OneToOneField(
        ReviewRound, on_delete=models.CASCADE, related_name="contract_review", verbose_name=_("round")
    )
    mode = models.CharField(_("mode of acceptance"), max_length=12, choices=AcceptanceMode.choices)
    # What the mode follows from: tier, families, quantity, days, amount.
    facts = models.JSONField(_("facts"), default=dict)
    policy = models.ForeignKey(
        CheckPolicy, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("rule it ran under")
    )
    decision = models.CharField(
        _("proposal"), max_length=10, choices=ProposalDecision.choices, default=ProposalDecision.NONE
    )
    uplift_percent = models.DecimalField(_("proposed uplift in percent"), max_digits=5, decimal_places=2, null=True)
    extra_days = models.PositiveSmallIntegerField(_("proposed days longer"), null=True)
    agreed_percent = models.DecimalField(_("uplift in percent"), max_digits=5, decimal_places=2, null=True)
    agreed_days = models.PositiveSmallIntegerField(_("days longer"), null=True)
    # [{"position", "unit_price", "proposed_price", "amount", "proposed_amount"}] for the percentage in force.
    lines = models.JSONField(_("arithmetic"), default=list, blank=True)
    amount = models.DecimalField(_("amount with the uplift"), max_digits=16, decimal_places=2, default=Decimal(0))
    reason = models.TextField(_("reason"), blank=True)
    question = models.ForeignKey(
        Clarification, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("question")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("contract review")
        verbose_name_plural = _("contract reviews")
        constraints = [
            models.CheckConstraint(condition=Q(mode__in=AcceptanceMode.values), name="orders_acceptance_mode_known"),
            models.CheckConstraint(condition=Q(decision__in=ProposalDecision.values), name="orders_proposal_known"),
            models.CheckConstraint(
                condition=~Q(decision__in=["taken", "declined"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="orders_proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(decision="declined") | ~Q(reason=""), name="orders_proposal_declined_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.get_mode_display()

    @property
    def percent(self) -> Decimal:
        """The percentage the arithmetic stands for: the agreed one, else the proposed."""
        chosen = self.uplift_percent if self.agreed_percent is None else self.agreed_percent
        return chosen or Decimal(0)

    @property
    def days(self) -> int:
        chosen = self.extra_days if self.agreed_days is None else self.agreed_days
        return chosen or 0

    @property
    def shown_lines(self) -> list[dict[str, Any]]:
        """The arithmetic with its figures as numbers."""
        return [
            {name: Decimal(value) if name != "position" else value for name, value in line.items()}
            for line in self.lines
        ]
