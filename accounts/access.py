"""Who may open a page: declared beside the view, closed by default.

`@access(PUBLIC)`, `@access(SIGNED_IN)` or `@access({Role.SALES, ...})` on a function view; the class attribute
`access = ...` on a class-based view. AccessMiddleware refuses what is not declared.
"""

from collections.abc import Callable, Collection
from typing import Any, Final

from django.http import HttpRequest

from accounts.choices import Kind
from core.access import PUBLIC as PUBLIC
from core.access import SIGNED_IN as SIGNED_IN

OWN_RULES: Final = "own rules"  # packages that guard themselves: admin, sign-in

Access = str | Collection[str]

PACKAGES: dict[str, Access] = {
    "django.contrib.admin": OWN_RULES,
    "import_export": OWN_RULES,
    "allauth": OWN_RULES,
    "django.views.i18n": PUBLIC,
    "drf_spectacular": OWN_RULES,
    "django_prometheus": OWN_RULES,
}


def access(rule: Access) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        view.access = rule  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(view: Any) -> Access | None:
    """The rule a resolved view carries, or None when nobody declared one."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        rule = getattr(holder, "access", None)
        if rule is not None:
            return rule
    module = getattr(view, "__module__", "") or ""
    for package, rule in PACKAGES.items():
        if module == package or module.startswith(package + "."):
            return rule
    return None


def allows(rule: Access, request: HttpRequest) -> bool:
    if rule in (PUBLIC, OWN_RULES):
        return True
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return False
    if rule == SIGNED_IN:  # staff; a partner's page must name the role
        return user.kind != Kind.PARTNER  # type: ignore[union-attr]
    return user.has_role(*rule)  # type: ignore[union-attr]
