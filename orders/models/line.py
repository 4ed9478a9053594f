"""What is ordered, and when its money is due."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from orders.models.goods import GoodsRow, TermRow
from orders.models.order import Order
from orders.querysets_line import OrderLineQuerySet


class OrderLine(GoodsRow):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    agreement_line = models.ForeignKey(
        "orders.AgreementLine", on_delete=models.PROTECT, null=True, related_name="call_offs",
        verbose_name=_("agreed line"),
    )  # fmt: skip
    quantity_shipped = models.DecimalField(_("shipped"), max_digits=14, decimal_places=3, default=Decimal(0))
    quantity_accepted = models.DecimalField(_("accepted"), max_digits=14, decimal_places=3, default=Decimal(0))

    # Who makes or picks it (R4.1), and the day promised for it (R4.2).
    assigned_role = models.CharField(_("department"), max_length=20, choices=Role.choices, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    promise_date = models.DateField(_("promised date"), null=True)

    objects = OrderLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_line_position_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & Q(unit_price__gte=0), name="orders_line_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(quantity_shipped__lte=F("quantity")), name="orders_shipped_within_ordered"
            ),
            models.CheckConstraint(
                condition=Q(quantity_accepted__lte=F("quantity_shipped")),
                name="orders_accepted_within_shipped",
            ),
        ]

    @property
    def quantity_open(self) -> Decimal:
        """What is still to be shipped."""
        return self.quantity - self.quantity_shipped

    @property
    def assignee_key(self) -> str:
        """Under which the work of whoever makes this line runs; empty for the usual department."""
        return f"{self.assigned_role}:{self.assigned_to_id or ''}" if self.assigned_role else ""


class PaymentTerm(TermRow):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="terms", verbose_name=_("order"))

    class Meta:
        verbose_name = _("payment term")
        verbose_name_plural = _("payment schedule")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="orders_term_position_once"),
            models.CheckConstraint(condition=Q(percent__gt=0) & Q(percent__lte=100), name="orders_term_percent"),
        ]
