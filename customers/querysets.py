"""Reads of the customer archive."""

from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.choices import Kind, Role
from accounts.models import User
from core.search import matching

VERIFIED_FOR = timedelta(days=365)


class CustomerQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def active(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """By code, name or tax number; two Chinese characters suffice."""
        return matching(self, "search_text", text) if text else self

    def due_for_verification(self, today: date) -> Self:
        """Archives nobody has checked for twelve months (R1.4)."""
        return self.active().filter(Q(verified_date__isnull=True) | Q(verified_date__lt=today - VERIFIED_FOR))

    def visible_to(self, user: User) -> Self:
        """Staff see that a customer exists (contacts are masked separately); a partner sees its own company."""
        if user.kind == Kind.PARTNER:
            return self.filter(partner__user=user)
        if user.is_system or user.role_codes - {Role.PARTNER}:
            return self
        return self.none()
