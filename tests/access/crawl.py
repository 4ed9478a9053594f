"""Walking through every address with real things: each call is undone, and told when it was a server error."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.access.html_forms import Form, forms_of
from tests.access.test_table import ADDRESSES

HUGE, TEXT = "9" * 40, "李🚀\u202e<script>alert(1)</script>'\"{{7*7}}"
Forms = list[tuple[str, Form]]
Things = dict[str, list[dict[str, Any]]]
Call = tuple[str, Callable[[], Any]]


def client_of(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def urls(things: Things) -> Iterator[tuple[str, str]]:
    for name, pattern in ADDRESSES:
        wanted = set(pattern.pattern.converters)
        for given in arguments(name, wanted, things):
            try:
                yield name, reverse(name, kwargs={key: given[key] for key in wanted})
            except (NoReverseMatch, KeyError):
                continue


def arguments(name: str, wanted: set[str], things: Things) -> list[dict[str, Any]]:
    """The longest prefix that is named; else whatever stands under the orders."""
    if not wanted:
        return [{}]
    known = sorted((key for key in things if name.startswith(key)), key=len)
    return things[known[-1]] if known else things["*"]


def broken(response: Any) -> str:
    if response.status_code < 500:
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
        return ""
    error = getattr(response, "exc_info", None)
    return f"{response.status_code} {error[0].__name__ if error else ''}: {str(error[1])[:160] if error else ''}"


def failures(calls: Iterable[Call]) -> list[str]:
    """Each call is undone, so that the next one finds the world as it was."""
    found = []
    for label, call in calls:
        mark = transaction.savepoint()
        if why := broken(call()):
            found.append(f"{label}: {why}")
        transaction.savepoint_rollback(mark)
    return found


def pages_with_forms(client: Client, things: Any) -> Iterator[tuple[str, Form]]:
    seen: set[tuple[str, ...]] = set()
    for name, url in urls(things):
        mark = transaction.savepoint()
        response = client.get(url)
        transaction.savepoint_rollback(mark)
        if "text/html" not in response.headers.get("Content-Type", ""):
            continue
        for form in forms_of(response.content.decode()):
            target = form.action or url
            shape = (name, target if form.action and name not in target else "", *sorted({f.name for f in form.fields}))
            if form.method == "post" and not target.startswith("http") and shape not in seen and "logout" not in target:
                seen.add(shape)
                yield target, form
