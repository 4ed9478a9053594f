"""Reads of contracts in words of the trade."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.choices import Kind
from accounts.models import User
from core.attachments import OFFICE
from core.search import matching
from orders.choices import ContractStatus
from orders.querysets import SEE_OWN


class ContractQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Prices and terms: the offices that read signed contracts; a salesperson the own and the own customers'."""
        if user.is_system:
            return self
        if user.kind == Kind.PARTNER or not user.role_codes & OFFICE:
            return self.none()
        if user.role_codes & OFFICE <= SEE_OWN:
            customers = user.customers.values("pk")
            return self.filter(Q(owner=user) | Q(customer_id__in=customers) | Q(created_by=user))
        return self

    def signed(self) -> Self:
        return self.filter(status=ContractStatus.SIGNED)

    def ending_until(self, day: date) -> Self:
        """In force, with an end on or before that day."""
        return self.signed().filter(expiry_date__lte=day)

    def search(self, text: str) -> Self:
        """By number, title or customer's name as it was; two characters suffice."""
        return matching(self, "search_text", text) if text else self
