from collections.abc import Iterator

import pytest

from accounts.models import User
from core import subjects
from workflow import calendar


@pytest.fixture(autouse=True)
def _clocks_read_again() -> Iterator[None]:
    """A version made in a test that was rolled back must not be remembered."""
    yield
    calendar.forget()


@pytest.fixture(autouse=True)
def _people_as_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_SUBJECTS", dict(subjects._SUBJECTS))
    subjects.register(User, url=lambda user: f"/people/{user.pk}/", visible=lambda user, obj: True, work_url=work_url)


def work_url(item) -> str:
    return f"/people/{item.subject_id}/{item.kind}/"
