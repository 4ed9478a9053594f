"""Role × URL × method, from the URL configuration itself (R13.7): an address nobody decided about fails."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from accounts.choices import Kind, Role
from customers.models import PartnerApiKey
from tests.access.table import OWN_RULES, PUBLIC, STAFF, TABLE
from tests.factories import make_partner, make_user

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
RARE_METHODS = ("put", "patch", "delete")  # asked for a few roles: what answers them is the same code
DUMMIES = {"uuid": uuid.UUID(int=7), "subject_type": "orders.order", "fmt": "csv", "kind": "orders", "language": "en"}
# One name may stand for several addresses of a package; those guard themselves.
SELF_GUARDED = ("account_", "mfa_", "admin:")


def addresses(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or ''}", pattern
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, inner)


NAMELESS = "api:"  # the API's own 404
ADDRESSES = [(name, pattern) for name, pattern in addresses() if not name.startswith(SELF_GUARDED) and name != NAMELESS]


def url_of(name: str, pattern: URLPattern) -> str:
    names = pattern.pattern.converters
    given = {key: DUMMIES.get(key, 0 if type(c).__name__ == "IntConverter" else "x") for key, c in names.items()}
    return reverse(name, kwargs=given)


def allowed(rule: str, role: str) -> bool:
    if rule in (PUBLIC, OWN_RULES):
        return True
    if rule == STAFF:
        return role not in ("stranger", Role.PARTNER)
    return role in rule.split()


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    known = {name for name, _ in addresses() if not name.startswith("admin:") and name != NAMELESS}
    assert known == set(TABLE)


def signed_in(role: str) -> Client:
    """A partner comes by its key: the API knows no browser session, and the pages know no partner."""
    client = Client(raise_request_exception=True)
    if role == Role.PARTNER:
        partner = make_partner(user=make_user(kind=Kind.PARTNER))
        _row, key = PartnerApiKey.objects.create_key(name="table", partner=partner)
        client = Client(raise_request_exception=True, headers={"authorization": f"Api-Key {key}"})
        client.force_login(partner.user)
    elif role != "stranger":
        client.force_login(make_user(role))
    return client


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("role", ["stranger", *Role.values])
def test_each_role_is_let_in_where_the_table_says_and_nowhere_else(role: str) -> None:
    client, wrong = signed_in(role), []
    for name, pattern in ADDRESSES:
        for method in (*METHODS, *(RARE_METHODS if role in ("stranger", Role.SALES, Role.PARTNER) else ())):
            response = getattr(client, method)(url_of(name, pattern))
            turned_away = response.status_code in (401, 403) or "/accounts/login/" in response.headers.get(
                "Location", ""
            )
            if response.status_code >= 500 or turned_away == allowed(TABLE[name], role):
                wrong.append(f"{method.upper()} {name}: {response.status_code}")
    assert wrong == []


@pytest.mark.req("R13.7")
def test_a_person_without_a_role_comes_nowhere_but_to_the_pages_of_everybody() -> None:
    client = Client()
    client.force_login(make_user())
    for name, pattern in ADDRESSES:
        if TABLE[name] not in (PUBLIC, OWN_RULES, STAFF):
            assert client.get(url_of(name, pattern)).status_code in (401, 403), name
