from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.choices import Role
from tests.access import world
from tests.access.crawl import Forms, Things, client_of, pages_with_forms
from tests.factories import make_user


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def files_of_the_world(_own_media: None, settings: Any, media: Path) -> None:
    settings.MEDIA_ROOT = media


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: Any, media: Path) -> Iterator[Things]:
    """Built once; every call is undone."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        yield world.build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def everybody(things: Things) -> Any:
    """Somebody with every role who brought nothing in: reaches each form, and no four-eyes rule stops it."""
    staff = [role for role in Role.values if role != Role.PARTNER]
    return make_user(*staff, username="everybody", is_staff=True)


@pytest.fixture(scope="module")
def forms(things: Things, everybody: Any) -> Forms:
    return list(pages_with_forms(client_of(everybody), things))
