"""Reads of money."""

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import Sum

from accounts.choices import Kind
from accounts.models import User
from credit.choices import ReceiptStatus
from customers.privacy import READ_MONEY


class ReceiptQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def confirmed(self) -> Self:
        return self.filter(status=ReceiptStatus.CONFIRMED)

    def to_confirm(self) -> Self:
        return self.filter(status=ReceiptStatus.REPORTED)

    def total(self) -> Decimal:
        return self.aggregate(total=Sum("amount"))["total"] or Decimal(0)

    def visible_to(self, user: User) -> Self:
        """Finance and managers see all, a salesperson the own customers', a partner its own."""
        if user.is_system or user.has_role(*READ_MONEY):
            return self
        if user.kind == Kind.PARTNER:
            return self.filter(customer__partner__user=user)
        return self.filter(customer__owner=user)
