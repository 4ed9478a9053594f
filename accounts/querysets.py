"""Whose eyes what belongs to nobody's order is for."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class HouseQuerySet(models.QuerySet[Any]):
    """The house's own: seen by all staff who hold a role, and by no partner."""

    def visible_to(self, user: "User") -> Self:
        return self if user.works_here else self.none()
