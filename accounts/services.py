"""Acts on accounts: roles are given and taken, with a trace."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import RoleAssignment, User
from core import audit
from core.errors import DomainError, NotPermitted
from core.models import NumberSeries
from core.number_pattern import pattern_problem

PHRASES = (gettext_noop("User roles set"), gettext_noop("Number series changed"))


@act("accounts.set_roles", roles={Role.ADMIN})
def set_roles(*, user: User, roles: frozenset[str], by: User) -> User:
    """Make `roles` the roles of `user` (R13.7). Nobody changes the own roles.

    Raises NotPermitted when `by` is the person concerned.
    """
    if user == by:
        raise NotPermitted("own_roles", _("Nobody changes their own roles. Ask another administrator."))
    user = User.objects.select_for_update().get(pk=user.pk)
    before = frozenset(user.role_assignments.values_list("role", flat=True))
    user.role_assignments.exclude(role__in=roles).delete()
    RoleAssignment.objects.bulk_create(RoleAssignment(user=user, role=role) for role in sorted(roles - before))
    audit.record("user.roles_set", user, by=by, changes={"roles": [sorted(before), sorted(roles)]})
    user.__dict__.pop("role_codes", None)
    return user


@act("accounts.change_number_series", roles={Role.ADMIN})
def change_number_series(*, code: str, pattern: str, reset: str, by: User) -> NumberSeries:
    """How numbers of one kind look from the next one on (R2.2). Raises DomainError("pattern") for an unfit pattern."""
    if problem := pattern_problem(pattern, reset):
        raise DomainError("pattern", problem, fields={"pattern": [problem]})
    series, _created = NumberSeries.objects.select_for_update().get_or_create(
        code=code, defaults={"pattern": pattern, "reset": reset}
    )
    changes = {"pattern": [series.pattern, pattern], "reset": [series.reset, reset]}
    series.pattern, series.reset = pattern, reset
    series.save(update_fields=["pattern", "reset"])
    audit.record("number_series.changed", None, by=by, note=code, changes=changes)
    return series
