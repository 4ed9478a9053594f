"""The importers named in settings.IMPORTERS: lower rooms reach upward only through these names."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from core.imports.importer import Importer


@cache
def importers() -> dict[str, type[Importer]]:
    return {kind: import_string(path) for kind, path in settings.IMPORTERS.items()}


def importer_of(kind: str) -> type[Importer]:
    """Raises KeyError for a kind nobody declared."""
    return importers()[kind]


def open_to(user: Any) -> dict[str, type[Importer]]:
    return {kind: importer for kind, importer in importers().items() if may_import(user, importer)}


def may_import(user: Any, importer: type[Importer]) -> bool:
    return bool(user.is_system or user.has_role(*importer.roles))
