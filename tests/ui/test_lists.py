"""The list page that every room uses: what is set stands in the address (R14.10)."""

from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.views.people import PeopleList
from core.errors import DomainError
from core.forms import ReasonForm
from core.views.bulk import BulkAct
from core.views.columns import Column
from core.views.export import harmless
from core.views.lists import ListPage
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.10")]
PEOPLE = "/accounts/people/"


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sellers() -> list[User]:
    return [make_user("sales", username=f"seller{n:02d}", display_name="=cmd()") for n in range(12)]


def rename(*, person: User, by: User, reason: str = "") -> None:
    if person.username.endswith("3"):
        raise DomainError("no", "Not this one.")
    person.phone = reason or "done"
    person.save()


class Short(PeopleList):
    page_size = 5
    exports = ("csv", "xlsx")
    bulk_acts = {
        "call": BulkAct("Call people", rename, "person"),
        "warn": BulkAct("Warn people", rename, "person", form_class=ReasonForm, tone="danger"),
    }


def ask(user: User, method: str = "get", data: Any = None, path: str = PEOPLE) -> Any:
    request: HttpRequest = getattr(RequestFactory(), method)(path, data or {})
    request.user, request.session = user, {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    response = Short.as_view()(request)
    return response.render() if hasattr(response, "render") else response


def test_a_filter_becomes_a_chip_that_can_be_removed(office: Client, sellers: list[User]) -> None:
    page = office.get(PEOPLE, {"role": "sales", "sort": "-username"})
    chip = page.context["chips"][0]
    assert (chip.label, chip.value, chip.url) == ("Role", "Sales", "?sort=-username")
    assert len(page.context["rows"]) == 12


def test_an_unknown_sort_or_place_shows_the_first_page(office: Client, sellers: list[User]) -> None:
    page = office.get(PEOPLE, {"sort": "password", "cursor": "nonsense"})
    assert page.status_code == 200
    assert page.context["rows"][0].obj.username == "admin"


def test_pages_follow_each_other_without_a_gap(admin: User, sellers: list[User]) -> None:
    first = ask(admin)
    names = [row.obj.username for row in first.context_data["rows"]]
    second = ask(admin, path=PEOPLE + first.context_data["next_url"])
    names += [row.obj.username for row in second.context_data["rows"]]
    assert names == ["admin", *(f"seller{n:02d}" for n in range(9))]
    assert second.context_data["previous_url"]


def test_the_cost_of_a_list_does_not_grow_with_its_rows(
    office: Client, sellers: list[User], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        office.get(PEOPLE)


def test_a_search_that_finds_nothing_offers_the_way_back(office: Client) -> None:
    page = office.get(PEOPLE, {"q": "nobody"})
    assert "Clear all filters" in page.content.decode()


def test_an_empty_saved_view_is_not_called_a_failed_search(office: Client) -> None:
    page = office.get(PEOPLE, {"is_active": "false", "view": "gone"})
    assert "Clear all filters" not in page.content.decode()
    assert "Nothing here yet" in page.content.decode()


def test_an_act_on_many_rows_tells_the_outcome_of_each(admin: User, sellers: list[User]) -> None:
    answer = ask(admin, "post", {"act": "call", "pick": [seller.pk for seller in sellers[2:5]]})
    results = answer.context_data["results"]
    assert [result.done for result in results] == [True, False, True]
    assert "Not this one." in answer.rendered_content
    assert User.objects.filter(phone="done").count() == 2


def test_a_dangerous_act_is_asked_about_first(admin: User, sellers: list[User]) -> None:
    picked = {"act": "warn", "pick": [sellers[0].pk, sellers[1].pk]}
    asked = ask(admin, "post", picked)
    assert "Warn people: 2 rows" in asked.rendered_content
    assert ask(admin, "post", {**picked, "confirmed": "1"}).status_code == 422
    done = ask(admin, "post", {**picked, "confirmed": "1", "reason": "late"})
    assert done.context_data["done"] == 2
    assert User.objects.filter(phone="late").count() == 2


def test_an_export_holds_every_row_and_no_formula(admin: User, sellers: list[User]) -> None:
    answer = ask(admin, path=f"{PEOPLE}?export=csv&role=sales")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 13
    assert lines[1].split(",")[1] == "'=cmd()"
    assert ask(admin, path=f"{PEOPLE}?export=xlsx").content.startswith(b"PK")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_numbers_stay_numbers_in_an_export() -> None:
    assert Column("pk", "Number", kind="number").plain(User(pk=-7)) == -7


def test_only_an_administrator_sees_the_people(client: Client) -> None:
    client.force_login(make_user("sales"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PEOPLE).status_code == 403


def test_the_first_tab_of_every_list_is_what_its_bare_address_shows():
    def below(kind):
        return [kind, *(found for sub in kind.__subclasses__() for found in below(sub))]

    import_module(settings.ROOT_URLCONF)
    # Receipts lead to their first tab by themselves.
    pages = [page for page in below(ListPage) if page.saved_views and "get" not in vars(page)]
    first = {page.__name__: page.saved_views[0].query for page in pages}
    assert first and {name: query for name, query in first.items() if query} == {}
