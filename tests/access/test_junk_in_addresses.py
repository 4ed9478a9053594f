"""Every address with real things and junk in the address: never a server error (R13.7)."""

from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.choices import Role
from tests.access.crawl import HUGE, TEXT, Call, Things, client_of, failures, urls
from tests.access.test_table import ADDRESSES
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("access-world"), pytest.mark.req("R13.7"),
    pytest.mark.usefixtures("files_of_the_world"),
]  # fmt: skip
QUERIES = ("", "x", "\x00", TEXT, HUGE, "-1", "1e30", "NaN", "9999-12-31", "0001-01-01", "%ff", "a" * 3000)
PARAMETERS = (
    "q", "id", "cursor", "sort", "view", "export", "kind", "whose", "queue", "customer", "check", "department",
    "code", "reference", "amount", "next", "status", "year", "page", "outcome",
)  # fmt: skip
LISTS = [name for name, _p in ADDRESSES if name.endswith("-list") or name in ("workflow:inbox", "accounts:people")]


@pytest.mark.parametrize("role", ["stranger", "everybody", Role.SALES, Role.WAREHOUSE])
def test_every_address_answers(things: Things, everybody: Any, role: str) -> None:
    client = Client(raise_request_exception=False)
    if role != "stranger":
        client.force_login(everybody if role == "everybody" else make_user(role))
    assert failures((f"{role} GET {url}", partial(client.get, url)) for _n, url in urls(things)) == []


def filter_names(name: str) -> list[str]:
    view = get_resolver().resolve(reverse(name)).func.view_class  # type: ignore[attr-defined]
    filterset = getattr(view, "filterset_class", None)
    return list(filterset.base_filters) if filterset else []


def queries(names: list[str], *, all_of_it: bool) -> Iterator[str]:
    """Every parameter with every junk in turn, one for each in an address; a list's filters by themselves too."""
    turns = range(len(QUERIES)) if all_of_it else (0, 5)
    for turn in turns:
        junk = {each: QUERIES[(place + turn) % len(QUERIES)] for place, each in enumerate(PARAMETERS)}
        yield urlencode(junk)
        yield from (urlencode({each: QUERIES[turn]}) for each in names)


def test_junk_in_the_address_is_no_server_error(things: Things, everybody: Any) -> None:
    client = client_of(everybody)

    def calls() -> Iterator[Call]:
        for name, url in urls(things):
            names = filter_names(name) if name in LISTS else []
            for query in queries(names, all_of_it=name in LISTS):
                yield f"GET {url}?{query}"[:200], partial(client.get, f"{url}?{query}")

    assert failures(calls()) == []


def test_a_cursor_of_another_list_is_no_server_error(things: Things, everybody: Any) -> None:
    client = client_of(everybody)
    bad = ("W10", "WzAsbnVsbCxudWxsXQ", "WzAsWyJuIiwiTmFOIl0sMV0", "WzAsWyJ0IiwiOTk5OS0xMi0zMSJdLDFd", "e30")

    def calls() -> Iterator[Call]:
        for name in LISTS:
            for cursor in bad:
                url = f"{reverse(name)}?cursor={cursor}"
                yield f"GET {url}", partial(client.get, url)

    assert failures(calls()) == []
