"""What a generic page may know about any thing: its name, its address, who may see it.

Each app registers its own in `apps.py`. A row that points at any subject carries `subject_type`
("orders.order") and `subject_id`; it needs no foreign key, so the lower room knows nothing of the higher.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.urls import reverse


@dataclass(frozen=True)
class Subject:
    """`url` is a URL name taking the primary key (costs no query), or a function of the object.

    `visible` answers for one object, `visible_to` gives the person's queryset; one of them is enough.
    Without either nobody sees the subject. `reads_persons` tells who, of those, reads names and telephones in its
    papers; without it all do. `attaches` tells who, of those, may put a file to it; without it all may.
    """

    model: type[Model]
    label: Callable[[Any], str] = str
    url: str | Callable[[Any], str] = ""
    visible: Callable[[Any, Any], bool] | None = None
    visible_to: Callable[[Any], QuerySet[Any]] | None = None
    work_url: Callable[[Any], str] | None = None
    captions: Callable[[Collection[int]], Mapping[int, str]] | None = None
    reads_persons: Callable[[Any, Any], bool] | None = None
    attaches: Callable[[Any, Any], bool] | None = None


_SUBJECTS: dict[str, Subject] = {}


def register(
    model: type[Model],
    *,
    label: Callable[[Any], str] = str,
    url: str | Callable[[Any], str] = "",
    visible: Callable[[Any, Any], bool] | None = None,
    visible_to: Callable[[Any], QuerySet[Any]] | None = None,
    work_url: Callable[[Any], str] | None = None,
    captions: Callable[[Collection[int]], Mapping[int, str]] | None = None,
    reads_persons: Callable[[Any, Any], bool] | None = None,
    attaches: Callable[[Any, Any], bool] | None = None,
) -> None:
    subject = Subject(model, label, url, visible, visible_to, work_url, captions, reads_persons, attaches)
    _SUBJECTS[model._meta.label_lower] = subject


def captions_of(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """A word more about each subject (an order's customer), one query per kind of subject that has one."""
    by_type: dict[str, set[int]] = {}
    for subject_type, subject_id in keys:
        by_type.setdefault(subject_type, set()).add(subject_id)
    found: dict[tuple[str, int], str] = {}
    for subject_type, ids in by_type.items():
        subject = _SUBJECTS.get(subject_type)
        if subject and subject.captions:
            found.update({(subject_type, pk): text for pk, text in subject.captions(ids).items()})
    return found


def key_of(obj: Model) -> tuple[str, int]:
    return obj._meta.label_lower, obj.pk


def about(keys: Iterable[tuple[str, int]]) -> Q:
    """The rows that point at any of these subjects."""
    by_type: dict[str, list[int]] = {}
    for subject_type, subject_id in keys:
        by_type.setdefault(subject_type, []).append(subject_id)
    wanted = Q(pk__in=[])
    for subject_type, ids in by_type.items():
        wanted |= Q(subject_type=subject_type, subject_id__in=ids)
    return wanted


def label_of(obj: Model) -> str:
    subject = _SUBJECTS.get(obj._meta.label_lower)
    return subject.label(obj) if subject else str(obj)


def model_of(subject_type: str) -> type[Model] | None:
    if subject_type in _SUBJECTS:
        return _SUBJECTS[subject_type].model
    try:
        return apps.get_model(subject_type)
    except (LookupError, ValueError):
        return None


def load(subject_type: str, subject_id: int) -> Any:
    """The object, or None when there is none."""
    model = model_of(subject_type)
    return model._default_manager.filter(pk=subject_id).first() if model else None


def url_of(subject_type: str, subject_id: int) -> str:
    """Address of its page, or '' when it has none."""
    subject = _SUBJECTS.get(subject_type)
    if subject is None or not subject.url:
        return ""
    if isinstance(subject.url, str):
        return _address(subject.url, subject_id)
    obj = load(subject_type, subject_id)
    return subject.url(obj) if obj is not None else ""


@lru_cache(maxsize=8192)
def _address(url_name: str, subject_id: int) -> str:
    return reverse(url_name, args=[subject_id])


def work_url_of(item: Any) -> str:
    """Where the work of an item is done: its subject's own answer, else the subject's page."""
    subject = _SUBJECTS.get(item.subject_type)
    if subject and subject.work_url:
        return subject.work_url(item)
    return url_of(item.subject_type, item.subject_id)


def may_see(user: Any, subject_type: str, subject_id: int) -> bool:
    subject = _SUBJECTS.get(subject_type)
    if subject is None:
        return False
    if subject.visible_to is not None:
        return subject.visible_to(user).filter(pk=subject_id).exists()
    if subject.visible is None:
        return False
    obj = load(subject_type, subject_id)
    return obj is not None and bool(subject.visible(user, obj))


def reads_persons(user: Any, subject_type: str, subject_id: int) -> bool:
    """Whether the papers about it may show this person the customer's people unmasked (R1.6)."""
    subject = _SUBJECTS.get(subject_type)
    if subject is None or subject.reads_persons is None:
        return True
    obj = load(subject_type, subject_id)
    return obj is not None and bool(subject.reads_persons(user, obj))


def may_attach(user: Any, obj: Model) -> bool:
    """Whether the person, who sees it, may put a file to it."""
    subject = _SUBJECTS.get(obj._meta.label_lower)
    return subject is None or subject.attaches is None or bool(subject.attaches(user, obj))
