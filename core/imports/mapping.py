"""Which column of the file is which field: guessed from the head, kept per person and head."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.imports.importer import Importer
from core.models.imports import ImportMapping

LANGUAGES = ("en", "zh-hans")
NOISE = re.compile(r"[\s_\-./:()\[\]*]+")


def folded(head: str) -> str:
    """`Unit price (RMB)` and `UNIT_PRICE(rmb)` are the same head."""
    return NOISE.sub("", unicodedata.normalize("NFKC", head).casefold())


def fingerprint(headers: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(map(folded, headers)).encode()).hexdigest()


def guess(importer: type[Importer], headers: Sequence[str]) -> dict[str, int]:
    """{field: column index} by name, label in any language and aliases; each column serves one field."""
    heads = [folded(head) for head in headers]
    mapping: dict[str, int] = {}
    for column in importer.columns:
        for name in _names(column):
            if name in heads and heads.index(name) not in mapping.values():
                mapping[column.name] = heads.index(name)
                break
    return mapping


def _names(column: Any) -> list[str]:
    names = [column.name, *column.aliases]
    for language in LANGUAGES:
        with translation.override(language):
            names.append(str(column.label))
    return [folded(name) for name in names]


def suggested(importer: type[Importer], headers: Sequence[str], by: Any) -> tuple[dict[str, int], dict[str, Any], bool]:
    """(mapping, options, whether it is remembered): the person's own last one, else anybody's, else a guess."""
    known = ImportMapping.objects.filter(kind=importer.kind, fingerprint=fingerprint(headers))
    found = known.filter(user=by).first() or known.order_by("-used_at").first()
    if found is None:
        return guess(importer, headers), {}, False
    fields = {column.name for column in importer.columns}
    mapping = {name: index for name, index in found.mapping.items() if name in fields and index < len(headers)}
    return mapping, found.options if found.user_id == by.pk else {}, True


def remember(importer: type[Importer], headers: Sequence[str], mapping: Mapping[str, int],
             options: Mapping[str, Any], by: Any) -> None:  # fmt: skip
    ImportMapping.objects.update_or_create(
        kind=importer.kind, fingerprint=fingerprint(headers), user=by,
        defaults={"mapping": dict(mapping), "options": dict(options), "used_at": timezone.now()},
    )  # fmt: skip


def check_mapping(importer: type[Importer], headers: Sequence[str], mapping: Mapping[str, int]) -> None:
    """Raises DomainError naming the fields that no column serves, or two fields on one column."""
    fields = {column.name: column for column in importer.columns}
    for name, index in mapping.items():
        if name not in fields or not 0 <= index < len(headers):
            raise DomainError("import_mapping", _("“%(name)s” is no field of this import.") % {"name": name})
    missing = [str(column.label) for column in importer.columns if column.required and column.name not in mapping]
    if missing:
        text = _("Choose a column for: %(fields)s.") % {"fields": _(", ").join(missing)}
        raise DomainError("import_mapping", text)
    if len(set(mapping.values())) < len(mapping):
        raise DomainError("import_mapping", _("One column cannot serve two fields."))
    importer.check_mapping(mapping)
