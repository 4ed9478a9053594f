"""People, partners and the system itself: whoever acts is a User."""

from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.choices import Kind, Language, Role

SYSTEM_USERNAME = "system"


class AccountManager(UserManager["User"]):
    def with_role(self, *roles: str) -> models.QuerySet["User"]:
        """Active people who hold one of the roles, in a stable order."""
        holders = RoleAssignment.objects.filter(role__in=roles).values("user_id")
        return self.filter(is_active=True, pk__in=holders).order_by("pk")


class User(AbstractUser):
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.STAFF)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=Language.choices, default=Language.CHINESE)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="accounts_user_kind_known"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def role_codes(self) -> frozenset[str]:
        """The roles held now; read once per request."""
        if self.kind == Kind.PARTNER:
            return frozenset({Role.PARTNER.value})
        if not self.is_active:
            return frozenset()
        return frozenset(self.role_assignments.values_list("role", flat=True))

    @property
    def is_system(self) -> bool:
        return self.kind == Kind.SYSTEM

    def has_role(self, *roles: str) -> bool:
        return not self.role_codes.isdisjoint(roles)


class RoleAssignment(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="accounts_role_once_per_user"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_role_known"),
        ]
        indexes = [models.Index(fields=["role", "user"], name="accounts_role_holders")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


def system_user() -> User:
    """The account that clocks, imports and tasks act as; it cannot sign in."""
    user, created = User.objects.get_or_create(
        username=SYSTEM_USERNAME, defaults={"kind": Kind.SYSTEM, "display_name": "Jiedan", "is_active": True}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
