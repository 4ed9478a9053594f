from typing import Any, Self

from django.db import models

from accounts.models import User
from aftersales.choices import Satisfaction
from orders.models import Order


class VisitQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Whoever may see the order."""
        return self.filter(order__in=Order.objects.visible_to(user).order_by())

    def unhappy(self) -> Self:
        return self.filter(satisfaction__lte=Satisfaction.UNHAPPY)

    def search(self, text: str) -> Self:
        """By order number or a piece of the customer's name."""
        return self.filter(order__in=Order.objects.search(text).order_by()) if text else self
