"""The REST twin of AccessMiddleware: a view without a declared `access` answers 403."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access import allows, declared_access


class DeclaredAccess(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        rule = declared_access(type(view))
        return rule is not None and allows(rule, request)
