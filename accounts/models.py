"""People, partners and the system itself: whoever acts is a User."""

from datetime import date
from functools import cached_property
from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
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
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("superior")
    )

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="accounts_user_kind_known"),
            models.CheckConstraint(
                condition=models.Q(manager__isnull=True) | ~models.Q(manager=models.F("pk")),
                name="accounts_user_not_own_manager",
            ),
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

    @cached_property
    def acting_for(self) -> tuple["User", ...]:
        """Whose approvals this person decides today in their place (R3.5); read once per request."""
        if self.kind != Kind.STAFF or not self.is_active:
            return ()
        today = Delegation.objects.running(timezone.localdate()).filter(receiver=self, giver__is_active=True)
        return tuple(row.giver for row in today.select_related("giver").order_by("giver_id"))

    @property
    def is_system(self) -> bool:
        return self.kind == Kind.SYSTEM

    @property
    def works_here(self) -> bool:
        """The system, or staff with a role; a partner signs in, too, and does not."""
        return self.is_system or (self.kind == Kind.STAFF and bool(self.role_codes))

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


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def standing(self) -> "DelegationQuerySet":
        return self.filter(revoked_at__isnull=True)

    def running(self, day: date) -> "DelegationQuerySet":
        """In force on that day."""
        return self.standing().filter(start_date__lte=day, end_date__gte=day)

    def touching(self, start: date, end: date) -> "DelegationQuerySet":
        """In force on a day of the period."""
        return self.standing().filter(start_date__lte=end, end_date__gte=start)

    def visible_to(self, user: User) -> "DelegationQuerySet":
        if user.has_role(Role.ADMIN, Role.SUPERVISION):
            return self.all()
        return self.filter(models.Q(giver=user) | models.Q(receiver=user))


class Delegation(models.Model):
    """Somebody decides another's approvals during an absence (R3.5). Days are the company's, both included."""

    giver = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("absent person")
    )
    receiver = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_received", verbose_name=_("stand-in")
    )
    start_date = models.DateField(_("first day"))
    end_date = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("set by"))
    created_at = models.DateTimeField(_("set at"))
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("ended early"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(giver=models.F("receiver")), name="accounts_delegation_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")), name="accounts_delegation_dates"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="accounts_delegation_explained"),
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | models.Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="accounts_delegation_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["receiver", "end_date"],
                condition=models.Q(revoked_at__isnull=True),
                name="accounts_delegation_received",
            ),
            models.Index(
                fields=["giver", "end_date"],
                condition=models.Q(revoked_at__isnull=True),
                name="accounts_delegation_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} → {self.receiver}"


def system_user() -> User:
    """The account that clocks, imports and tasks act as; it cannot sign in."""
    user, created = User.objects.get_or_create(
        username=SYSTEM_USERNAME, defaults={"kind": Kind.SYSTEM, "display_name": "Jiedan", "is_active": True}
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
