"""Junk in every form: a sentence beside the field, never a server error, and nothing typed is lost (R13.7)."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.utils.html import escape

from tests.access.crawl import HUGE, TEXT, Call, Forms, client_of, failures
from tests.access.html_forms import Field, Form

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("access-world"), pytest.mark.req("R13.7"),
    pytest.mark.usefixtures("files_of_the_world"),
]  # fmt: skip

FILLINGS: dict[str, Callable[[Field], Any]] = {
    "nothing": lambda field: "",
    "as long as it may be": lambda field: filled(field, "长" * (field.longest or 4000)),
    "longer than it may be": lambda field: "长" * ((field.longest or 4000) + 1),
    "ten thousand characters": lambda field: "x" * 10_000,
    "markup": lambda field: TEXT,
    "NUL and control signs": lambda field: "a\x00b\x1b\u0007",
    "huge": lambda field: HUGE,
    "exponent": lambda field: "1e30",
    "most digits": lambda field: filled(field, "99999999999"),
    "not a number": lambda field: "NaN",
    "infinite": lambda field: "-Infinity",
    "negative": lambda field: "-1",
    "the last day": lambda field: filled(field, "1", "9999-12-31"),
    "the first day": lambda field: filled(field, "1", "0001-01-01"),
    "a list": lambda field: [field.value, TEXT],
}


def filled(field: Field, text: str, day: str = "2027-01-15") -> str:
    """Something the field takes: its choice, a day, the text where text is asked for."""
    if field.kind == "select":
        return next((choice for choice in field.choices if choice), "")
    if field.kind in ("radio", "checkbox"):
        return field.value
    if field.kind.startswith("date"):
        return day if field.kind == "date" else f"{day}T10:00"
    if field.kind in ("email", "url"):
        return {"email": "a@example.com", "url": "http://127.0.0.1:9/x"}[field.kind]
    return text


KEPT = ("csrfmiddlewaretoken", "once", "version", "_")


def fill(form: Form, filling: Callable[[Field], Any]) -> dict[str, Any]:
    data = form.data()
    for each in form.fields:
        if each.name in KEPT or each.kind in ("hidden", "file"):
            continue
        data[each.name] = filling(each)
    return data


@pytest.mark.parametrize("filling", FILLINGS)
def test_junk_in_a_form_is_no_server_error_and_nothing_typed_is_lost(
    forms: Forms, everybody: Any, filling: str
) -> None:
    client = client_of(everybody)
    lost: list[str] = []

    def calls() -> Iterator[Call]:
        for url, form in forms:
            yield f"POST {url} {filling}", partial(send, url, form)

    def send(url: str, form: Form) -> Any:
        response = client.post(url, fill(form, FILLINGS[filling]))
        if response.status_code == 422 and filling == "markup":
            html = response.content.decode()
            typed = any(each.kind in ("text", "textarea") for each in form.fields)
            lost.extend([url] if typed and escape(TEXT) not in html else [])
            lost.extend([f"{url} not escaped"] if TEXT in html else [])
        return response

    assert failures(calls()) == []
    assert lost == []


@pytest.mark.parametrize("total", ["100000", "", "x", "-5", HUGE, None])
def test_a_tampered_count_of_rows_is_no_server_error(forms: Forms, everybody: Any, total: str | None) -> None:
    client = client_of(everybody)

    def calls() -> Iterator[Call]:
        for url, form in forms:
            data = form.data()
            counts = [name for name in data if name.endswith("_FORMS")]
            for name in counts:
                data.pop(name) if total is None else data.update({name: total})
            if counts:
                yield f"POST {url} {total}", partial(client.post, url, data)

    assert failures(calls()) == []


def test_hidden_keys_of_nothing_are_no_server_error(forms: Forms, everybody: Any) -> None:
    client = client_of(everybody)

    def calls() -> Iterator[Call]:
        for url, form in forms:
            for junk in (HUGE, "-1", "x", "\x00", "999999999"):
                hidden = {f.name: junk for f in form.fields if f.kind == "hidden" and not f.name.endswith("_FORMS")}
                data = {**form.data(), **hidden}
                yield f"POST {url} hidden {junk[:5]!r}", partial(client.post, url, data)

    assert failures(calls()) == []
