"""Reads of quotations in words of the trade."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.choices import Kind
from accounts.models import User
from core.search import matching
from orders.choices import QUOTATION_RUNNING, QuotationStatus
from orders.querysets import SEE_OWN
from workflow.querysets import asked_about


class QuotationQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """R13.7, as for orders: a salesperson sees the own, the own customers' and what
        they are asked to approve, other staff all but drafts."""
        if user.is_system:
            return self
        if user.kind == Kind.PARTNER or not user.role_codes:
            return self.none()
        if user.role_codes <= SEE_OWN:
            customers = user.customers.values("pk")
            own = Q(salesperson=user) | Q(customer_id__in=customers) | Q(created_by=user)
            return self.filter(own | Q(pk__in=asked_about("orders.quotation", user)))
        return self.exclude(Q(status=QuotationStatus.DRAFT) & ~Q(created_by=user) & ~Q(salesperson=user))

    def running(self) -> Self:
        """Approved or with the customer: what can still run out."""
        return self.filter(status__in=QUOTATION_RUNNING)

    def run_out(self, today: date) -> Self:
        return self.running().filter(valid_until__lt=today)

    def search(self, text: str) -> Self:
        """By number or a piece of the customer's name (two characters suffice)."""
        if not text:
            return self
        customer: Any = self.model._meta.get_field("customer").related_model
        customers = customer.objects.search(text).order_by().values("pk")
        own = matching(self.model._default_manager.all(), "search_text", text).order_by().values("pk")
        return self.filter(Q(customer_id__in=customers) | Q(pk__in=own))
