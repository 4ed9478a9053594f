"""Absences and superiors in the browser: who sets what, for whom, and what strangers are told (R3.5, R13.7)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.delegations import delegate_approvals
from accounts.models import Delegation, User
from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.5")]


def day(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def manager(db: None) -> User:
    return make_user("sales_manager", display_name="李经理")


@pytest.fixture
def stand_in(db: None) -> User:
    return make_user("order_center", display_name="周涛")


@pytest.fixture
def delegation(manager: User, stand_in: User) -> Delegation:
    return delegate_approvals(
        giver=manager, receiver=stand_in, start_date=day(), end_date=day(3), reason="出差", by=manager
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(receiver: User, /, **over: Any) -> dict[str, Any]:
    return {"receiver": receiver.pk, "start_date": f"{day()}", "end_date": f"{day(3)}", "reason": "出差", **over}


def test_one_names_the_own_stand_in_and_finds_the_line_again(manager, stand_in):
    client = client_of(manager)
    assert client.post("/accounts/delegations/new/", form(stand_in)).status_code == 302
    page = client.get("/accounts/delegations/").content.decode()
    assert "周涛" in page and "Stands in now" in page


def test_sent_twice_it_is_named_once(manager, stand_in):
    client, data = client_of(manager), form(stand_in, _once="b" * 32)
    assert [client.post("/accounts/delegations/new/", data).status_code for _ in range(2)] == [302, 302]
    assert Delegation.objects.count() == 1


@pytest.mark.req("R13.7")
def test_nobody_is_made_absent_by_a_colleague(manager, stand_in):
    """The form takes no giver from others: what is smuggled in is not read."""
    thief = make_user("sales_director")
    client_of(thief).post("/accounts/delegations/new/", form(stand_in, giver=manager.pk))
    assert Delegation.objects.get().giver == thief


def test_an_administrator_sets_it_for_whoever_fell_ill(manager, stand_in):
    client = client_of(make_user("admin"))
    assert client.post("/accounts/delegations/new/", form(stand_in, giver=manager.pk)).status_code == 302
    assert Delegation.objects.get().giver == manager


@pytest.mark.parametrize(
    ("over", "field"),
    [({"receiver": ""}, "receiver"), ({"reason": ""}, "reason"), ({"start_date": "morgen"}, "start_date"),
     ({"end_date": f"{day(-1)}"}, "end_date"), ({"receiver": "999999"}, "receiver")],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_said_at_its_field(manager, stand_in, over, field):
    response = client_of(manager).post("/accounts/delegations/new/", form(stand_in, **over))
    assert response.status_code == 422 and field in response.context["form"].errors
    assert not Delegation.objects.exists()


def test_a_second_stand_in_for_the_same_days_is_refused(delegation, manager):
    response = client_of(manager).post("/accounts/delegations/new/", form(make_user("finance")))
    assert response.status_code == 409 and "End that first" in response.content.decode()
    assert Delegation.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "stand_in"])
def test_giver_and_stand_in_end_it(delegation, who, request):
    client = client_of(request.getfixturevalue(who))
    url = f"/accounts/delegations/{delegation.pk}/end/"
    assert url in client.get("/accounts/delegations/").content.decode()
    assert client.post(url).status_code == 302
    assert Delegation.objects.get().revoked_at is not None
    page = client.get("/accounts/delegations/").content.decode()
    assert "Ended early" in page and url not in page
    assert client.post(url).status_code == 409


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("role", ["sales", "general_manager", "supervision"])
def test_others_do_not_end_it(delegation, role):
    assert client_of(make_user(role)).post(f"/accounts/delegations/{delegation.pk}/end/").status_code in (403, 404)
    assert Delegation.objects.get().revoked_at is None


def test_a_delegation_that_is_over_cannot_be_ended_any_more(delegation, manager):
    Delegation.objects.update(start_date=day(-9), end_date=day(-2))
    client, url = client_of(manager), f"/accounts/delegations/{delegation.pk}/end/"
    page = client.get("/accounts/delegations/").content.decode()
    assert "Over" in page and url not in page
    assert client.post(url).status_code == 409
    assert Delegation.objects.get().revoked_at is None


def test_an_administrator_sets_a_superior_and_takes_it_away(manager):
    junior, client = make_user("sales"), client_of(make_user("admin"))
    url = f"/accounts/people/{junior.pk}/manager/"
    assert client.post(url, {"manager": manager.pk}).status_code == 302
    assert User.objects.get(pk=junior.pk).manager == manager
    assert client.post(url, {"manager": ""}).status_code == 302
    assert User.objects.get(pk=junior.pk).manager is None


def test_nobody_is_the_superior_of_their_own_superior(manager):
    junior, client = make_user("sales", manager=manager), client_of(make_user("admin"))
    assert client.post(f"/accounts/people/{manager.pk}/manager/", {"manager": junior.pk}).status_code == 422
    assert client.post(f"/accounts/people/{manager.pk}/manager/", {"manager": manager.pk}).status_code == 422
    assert User.objects.get(pk=manager.pk).manager is None


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("role", ["sales", "general_manager", "sales_manager"])
def test_superiors_are_set_by_administrators_alone(manager, role):
    junior = make_user("sales")
    response = client_of(make_user(role)).post(f"/accounts/people/{junior.pk}/manager/", {"manager": manager.pk})
    assert response.status_code == 403 and User.objects.get(pk=junior.pk).manager is None
