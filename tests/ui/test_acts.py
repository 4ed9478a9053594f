"""Pages on which somebody does something: typed words are kept, sent twice does one thing."""

import time
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from core.views import once
from tests.core.factories import at_once
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def office(client: Client, admin: User) -> Client:
    client.force_login(admin, backend=BACKEND)
    return client


@pytest.fixture
def clerk(db: Any) -> User:
    return make_user("sales", username="clerk")


def test_a_refused_act_comes_back_with_reasons_and_every_word(office: Client) -> None:
    page = office.post("/ui/act/", {"reason": "the customer asked twice"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "The credit limit is used up." in text
    assert "Finance can remove this" in text
    assert "the customer asked twice" in text


def test_a_form_that_lacks_something_says_so_at_the_field(office: Client) -> None:
    page = office.post("/ui/act/", {"reason": ""})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()


def test_the_dialog_gets_the_form_alone(office: Client) -> None:
    page = office.get("/ui/act/", headers={"HX-Request": "true", "HX-Target": "dialog"})
    text = page.content.decode()
    assert 'id="dialog-title"' in text
    assert "<html" not in text


def test_success_goes_back_to_where_the_person_came_from(office: Client, clerk: User) -> None:
    url = f"/accounts/people/{clerk.pk}/roles/"
    form = office.get(url, headers={"referer": "http://testserver/accounts/people/?role=sales"})
    back = form.context["next_url"]
    assert back == "/accounts/people/?role=sales"
    answer = office.post(url, {"roles": ["sales", "finance"], "next": back})
    assert answer.headers["Location"] == back
    assert User.objects.get(pk=clerk.pk).role_codes == {"sales", "finance"}


def test_another_site_is_never_where_a_form_leads(office: Client, clerk: User) -> None:
    url = f"/accounts/people/{clerk.pk}/roles/"
    answer = office.post(url, {"roles": ["sales"], "next": "//evil.example/"})
    assert answer.headers["Location"] == "/"


def test_the_same_form_sent_twice_does_one_thing(office: Client, clerk: User) -> None:
    url = f"/accounts/people/{clerk.pk}/roles/"
    first = office.post(url, {"roles": ["finance"], "_once": TOKEN, "next": "/ui/"})
    second = office.post(url, {"roles": ["quality"], "_once": TOKEN, "next": "/other/"})
    assert first.headers["Location"] == second.headers["Location"] == "/ui/"
    assert User.objects.get(pk=clerk.pk).role_codes == {"finance"}


def test_a_refused_form_may_be_sent_again(office: Client) -> None:
    assert office.post("/ui/act/", {"reason": "x", "_once": TOKEN}).status_code == 422
    assert office.post("/ui/act/", {"reason": "x", "_once": TOKEN}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_one_form_sent_many_times_at_once_one_is_carried_out(admin: User) -> None:
    request = RequestFactory().post("/x/", {"_once": TOKEN})
    request.user = admin
    carried_out: list[int] = []

    def act() -> str:
        time.sleep(0.1)
        carried_out.append(1)
        return "/there/"

    answers = at_once(6, lambda _index: once.Submission(request).carry_out(act))
    assert answers == ["/there/"] * 6
    assert len(carried_out) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_token_each_is_carried_out(admin: User) -> None:
    """The control."""
    request = RequestFactory().post("/x/")
    request.user = admin
    carried_out: list[int] = []
    at_once(6, lambda _index: once.Submission(request).carry_out(lambda: carried_out.append(1) or "/there/"))
    assert len(carried_out) == 6


@pytest.mark.django_db(transaction=True)
def test_a_form_for_many_rows_is_claimed_once(admin: User) -> None:
    request = RequestFactory().post("/x/", {"_once": TOKEN})
    request.user = admin
    assert at_once(6, lambda _index: once.Submission(request).claim()).count(True) == 1


def test_another_person_or_page_with_the_same_token_is_another_form(admin: User, clerk: User) -> None:
    for path, user in (("/x/", admin), ("/x/", clerk), ("/y/", admin)):
        request = RequestFactory().post(path, {"_once": TOKEN})
        request.user = user
        assert once.Submission(request).claim()


def test_an_act_that_failed_leaves_the_form_free(admin: User) -> None:
    request = RequestFactory().post("/x/", {"_once": TOKEN})
    request.user = admin

    def broken() -> str:
        raise OSError

    with pytest.raises(OSError):
        once.Submission(request).carry_out(broken)
    assert once.Submission(request).carry_out(lambda: "/there/") == "/there/"
