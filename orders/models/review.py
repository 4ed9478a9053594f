"""Preliminary review (R2.3), and the detailed review in rounds (R3.1–R3.3)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from orders.choices import (
    AnswerResult,
    CheckCode,
    CheckOutcome,
    Department,
    OpinionResult,
    PreliminaryResult,
    RoundOutcome,
    Severity,
)
from orders.models.check_policy import CheckPolicy
from orders.models.order import Order


class PreliminaryReview(models.Model):
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="preliminary_reviews", verbose_name=_("order")
    )
    result = models.CharField(_("result"), max_length=20, choices=PreliminaryResult.choices)
    findings = models.JSONField(
        _("findings"), default=dict, help_text=_("By item: whether it is in order, and a remark.")
    )
    remarks = models.TextField(_("remarks"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    at = models.DateTimeField(_("reviewed"))

    class Meta:
        verbose_name = _("preliminary review")
        verbose_name_plural = _("preliminary reviews")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_result_display()


class ReviewRound(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="rounds", verbose_name=_("order"))
    number = models.PositiveSmallIntegerField(_("round"))
    order_version = models.PositiveIntegerField(
        _("revision of the order"), default=0, db_default=0, help_text=_("What was reviewed, as it stood then.")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=RoundOutcome.choices, default=RoundOutcome.OPEN)
    remarks = models.TextField(_("remarks"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="orders_round_once"),
            models.UniqueConstraint(fields=["order"], condition=Q(outcome="open"), name="orders_one_open_round"),
        ]

    def __str__(self) -> str:
        return str(_("Round %(number)s") % {"number": self.number})


class ReviewOpinion(models.Model):
    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="opinions", verbose_name=_("round"))
    department = models.CharField(_("department"), max_length=20, choices=Department.choices)
    result = models.CharField(_("result"), max_length=12, choices=OpinionResult.choices, default=OpinionResult.PENDING)
    remarks = models.TextField(_("remarks"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True, default="", db_default="")
    # [{"item", "text", "text_en", "result", "remark"}]: the checklist as it was asked and answered.
    answers = models.JSONField(_("checklist"), default=list, db_default=Value([], models.JSONField()), blank=True)
    lead_time_days = models.PositiveSmallIntegerField(_("committed lead time"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("time"), null=True)

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "department"], name="orders_opinion_once"),
            models.CheckConstraint(
                condition=Q(result="pending") | Q(by__isnull=False, at__isnull=False),
                name="orders_opinion_signed",
            ),
            models.CheckConstraint(condition=Q(result__in=OpinionResult.values), name="orders_opinion_result_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_department_display()}: {self.get_result_display()}"

    @property
    def checklist(self) -> list[dict[str, Any]]:
        """The answers in the reader's language: text, label, remark, and whether it is not in order."""
        english = get_language() == "en"
        return [
            {
                "text": (answer["text_en"] if english else "") or answer["text"],
                "label": AnswerResult(answer["result"]).label,
                "remark": answer["remark"],
                "wrong": answer["result"] == AnswerResult.NOT_OK,
            }
            for answer in self.answers
        ]


class ReviewCheck(models.Model):
    """What the system found before anybody reviewed: asked against allowed, and where the figure comes from."""

    round = models.ForeignKey(ReviewRound, on_delete=models.CASCADE, related_name="checks", verbose_name=_("round"))
    code = models.CharField(_("check"), max_length=20, choices=CheckCode.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=CheckOutcome.choices)
    severity = models.CharField(
        _("when it fails"), max_length=10, choices=Severity.choices, default=Severity.WAIVER, db_default=Severity.WAIVER
    )
    policy = models.ForeignKey(
        CheckPolicy, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("rule it ran under")
    )
    asked = models.CharField(_("asked"), max_length=120, blank=True)
    allowed = models.CharField(_("allowed"), max_length=120, blank=True)
    # A message id with its values: put into words in the reader's language, not in the writer's.
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_values = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("automatic check")
        verbose_name_plural = _("automatic checks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="orders_check_once"),
            models.CheckConstraint(condition=Q(outcome__in=CheckOutcome.values), name="orders_check_outcome_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="orders_check_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.get_outcome_display()}"

    @property
    def blocks(self) -> bool:
        """Whether the review cannot pass on it as it stands; what was not judged is for people to look at."""
        return self.outcome == CheckOutcome.FAILED and self.severity != Severity.INFORM

    @property
    def source_text(self) -> str:
        """Values whose name begins with t_ are message ids themselves, one or a list of them."""
        text = gettext(self.source) if self.source else ""
        return text % {name: _in_words(name, value) for name, value in self.source_values.items()}


def _in_words(name: str, value: Any) -> Any:
    if not name.startswith("t_"):
        return value
    words = [value] if isinstance(value, str) else value
    return pgettext("clauses", ", ").join(gettext(word) for word in words)
