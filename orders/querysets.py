"""Reads of orders in words of the trade."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounts.choices import Kind, Role
from accounts.models import User
from core.search import matching
from orders.choices import OPEN, OrderStatus
from workflow.querysets import asked_about

SEE_OWN = frozenset({Role.SALES})


class OrderQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def with_due_date(self) -> Self:
        """`due_date`: the day promised or, without a promise, asked for."""
        return self.annotate(due_date=Coalesce("promise_date", "requested_date"))

    def visible_to(self, user: User) -> Self:
        """R13.7: a partner sees its own, a salesperson the own, the own customers' and what they are asked to approve,
        other staff all but drafts."""
        if user.is_system:
            return self
        if user.kind == Kind.PARTNER:
            return self.filter(partner__user=user)
        if not user.role_codes:
            return self.none()
        if user.role_codes <= SEE_OWN:
            customers = user.customers.values("pk")
            own = Q(salesperson=user) | Q(customer_id__in=customers) | Q(created_by=user)
            return self.filter(own | Q(pk__in=asked_about("orders.order", user)))
        return self.exclude(Q(status=OrderStatus.DRAFT) & ~Q(created_by=user) & ~Q(salesperson=user))

    def hidden_from(self, user: User) -> Self | None:
        """What has a number and this person may not see; None for who sees every number."""
        if user.is_system or (user.kind == Kind.STAFF and not user.role_codes <= SEE_OWN):
            return None
        return self.filter(number__isnull=False).exclude(pk__in=self.visible_to(user).order_by().values("pk"))

    def search(self, text: str) -> Self:
        """By number, partner's reference or a piece of the customer's name (two characters suffice)."""
        if not text:
            return self
        customer: Any = self.model._meta.get_field("customer").related_model
        customers = customer.objects.search(text).order_by().values("pk")
        own = matching(self.model._default_manager.all(), "search_text", text).order_by().values("pk")
        return self.filter(Q(customer_id__in=customers) | Q(pk__in=own))
