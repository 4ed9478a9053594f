"""Pages on which somebody does something: typed words are kept, sent twice does one thing."""

import threading
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory

from accounts.models import User
from core.views import once
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


def test_one_of_many_at_once_gets_through(admin: User) -> None:
    request = RequestFactory().post("/x/", {"_once": TOKEN})
    request.user = admin
    outcomes: list[bool] = []
    threads = [threading.Thread(target=lambda: outcomes.append(once.Submission(request).claim())) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) == 1


def test_without_the_cache_forms_still_go_through(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any, **kwargs: Any) -> None:
        raise OSError

    monkeypatch.setattr(cache, "add", gone)
    request = RequestFactory().post("/x/", {"_once": TOKEN})
    request.user = admin
    assert once.Submission(request).claim()
