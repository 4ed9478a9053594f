"""Acts on accounts: roles are given and taken, with a trace."""

from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import RoleAssignment, User
from core import audit
from core.errors import NotPermitted


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
