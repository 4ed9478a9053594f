from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from core import subjects
from tests.core.factories import make_person


@pytest.fixture
def person(db: None) -> User:
    return make_person("sales")


@pytest.fixture
def open_subjects(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """People as subjects that sales may see and nobody else."""
    registered = dict(subjects._SUBJECTS)
    monkeypatch.setattr(subjects, "_SUBJECTS", registered)
    subjects.register(User, label=lambda user: f"Person {user.username}", visible=sales_only)
    yield


def sales_only(user: Any, obj: Any) -> bool:
    return bool(user.has_role("sales"))
