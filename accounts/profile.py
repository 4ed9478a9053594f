"""What people change about themselves; roles and e-mail addresses belong to the administrator."""

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit


@act("accounts.change_profile", roles={*STAFF_ROLES, Role.PARTNER})
def change_profile(*, display_name: str, phone: str, language: str, by: User) -> User:
    user = User.objects.select_for_update().get(pk=by.pk)
    new = {"display_name": display_name, "phone": phone, "language": language}
    changes = {name: [getattr(user, name), value] for name, value in new.items() if getattr(user, name) != value}
    if not changes:
        return user
    for name, value in new.items():
        setattr(user, name, value)
    user.save(update_fields=list(new))
    audit.record("user.profile_changed", user, by=by, changes=changes)
    return user


def choose_language(*, language: str, by: User) -> None:
    """A matter of display: no role is asked and no trace is kept."""
    User.objects.filter(pk=by.pk).update(language=language)
