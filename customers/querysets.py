"""Reads of the customer archive."""

from typing import Self

from django.db import models

from accounts.choices import Kind, Role
from accounts.models import User
from core.search import matching


class CustomerQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def active(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """By code, name or tax number; two Chinese characters suffice."""
        return matching(self, "search_text", text) if text else self

    def visible_to(self, user: User) -> Self:
        """Staff see that a customer exists (contacts are masked separately); a partner sees its own company."""
        if user.kind == Kind.PARTNER:
            return self.filter(partner__user=user)
        if user.is_system or user.role_codes - {Role.PARTNER}:
            return self
        return self.none()
