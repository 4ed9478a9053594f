"""Views of a list that people keep and share, with the columns they chose (R14.10)."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from core.list_views import MOST
from core.models import ListView
from tests.factories import client_of, make_order, make_user, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.10")]
ORDERS = "/orders/"
NEW, PLACE = "/views/new/", "orders:order-list"


@pytest.fixture
def seller() -> Client:
    return client_of(Role.SALES)


def keep(client: Client, name: str, query: str, *, shared: bool = False):
    data = {"name": name, "query": query, "place": PLACE, **({"is_shared": "on"} if shared else {})}
    return client.post(reverse("core:list-view-new"), data)


def heads(page: str) -> list[str]:
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    return [word for word in ("Number", "Status", "Customer", "Amount", "Asked for", "Promised") if f">{word}" in head]


def test_a_kept_view_is_a_tab_that_leads_to_what_was_set(seller):
    response = keep(seller, "Big ones", "status=received&sort=-amount&cursor=abc&view=all&export=csv")
    view = ListView.objects.get()
    assert view.query == "status=received&sort=-amount"
    assert response.url == f"{ORDERS}?status=received&sort=-amount&view=own{view.pk}"
    page = seller.get(response.url).content.decode()
    assert 'aria-current="page">Big ones</a>' in page


def test_the_same_name_replaces_the_former(seller):
    keep(seller, "Mine", "status=received")
    keep(seller, "Mine", "status=approved")
    assert ListView.objects.get().query == "status=approved"


def test_a_shared_view_is_everybodys_tab_and_only_its_owner_takes_it_back(seller):
    keep(seller, "Team", "status=received", shared=True)
    keep(seller, "Private", "status=approved")
    team = ListView.objects.get(name="Team")
    other = client_of(Role.FINANCE)
    page = other.get(ORDERS).content.decode()
    assert ">Team</a>" in page and "Private" not in page
    remove = reverse("core:list-view-remove", args=[team.pk])
    assert other.post(remove).status_code == 404
    assert remove not in other.get(f"{ORDERS}?view=own{team.pk}").content.decode()
    assert remove in seller.get(f"{ORDERS}?view=own{team.pk}").content.decode()
    assert seller.post(remove).url == ORDERS
    assert not ListView.objects.filter(name="Team").exists()


def test_a_shared_view_shows_each_only_what_they_may_see(seller):
    keep(seller, "All of it", "", shared=True)
    own = make_order("received")
    foreign = make_user(Role.SALES)
    client = Client()
    client.force_login(foreign)
    view = ListView.objects.get()
    assert str(own) in seller.get(f"{ORDERS}?view=own{view.pk}").content.decode()
    assert str(own) not in client.get(f"{ORDERS}?view=own{view.pk}").content.decode()


@pytest.mark.parametrize(
    ("name", "query"), [("", "status=received"), ("x" * 41, ""), ("Long", "q=" + "x" * 2100)], ids=str
)
def test_a_view_without_a_name_or_too_long_is_refused_and_nothing_is_kept(seller, name, query):
    assert keep(seller, name, query).status_code == 422
    assert not ListView.objects.exists()


@pytest.mark.parametrize("place", ["", "no:such", "orders:order-detail", "https://evil.example/"])
def test_a_view_of_no_list_is_refused(seller, place):
    response = seller.post(reverse("core:list-view-new"), {"name": "x", "place": place})
    assert response.status_code == 422 and not ListView.objects.exists()


def test_nobody_keeps_more_views_of_a_list_than_fit(seller):
    for number in range(MOST):
        keep(seller, f"View {number}", "")
    assert keep(seller, "One more", "").status_code == 422
    assert keep(seller, "View 3", "status=received").status_code == 302


def test_the_columns_chosen_are_shown_exported_and_kept(seller):
    make_order("received")
    page = seller.get(f"{ORDERS}?cols=amount&cols=status").content.decode()
    assert heads(page) == ["Number", "Status", "Amount"]
    table = b"".join(seller.get(f"{ORDERS}?cols=amount&export=csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines()[0].split(",") == ["Number", "Amount"]
    keep(seller, "Money", "cols=amount")
    kept = seller.get(f"{ORDERS}?{ListView.objects.get().query}").content.decode()
    assert heads(kept) == ["Number", "Amount"]


def test_columns_nobody_knows_change_nothing(seller):
    make_order("received")
    assert heads(seller.get(f"{ORDERS}?cols=password").content.decode()) == heads(seller.get(ORDERS).content.decode())


def test_searching_and_sorting_keep_the_columns(seller):
    make_order("received")
    page = seller.get(f"{ORDERS}?cols=amount").content.decode()
    assert '<input type="hidden" name="cols" value="amount">' in page
    assert "cols=amount&amp;sort=amount" in page or "sort=amount&amp;cols=amount" in page


def test_kept_views_cost_one_query_however_many(seller, django_assert_max_num_queries):
    make_order("received")
    for number in range(8):
        keep(seller, f"View {number}", "", shared=True)
    seller.get(ORDERS)
    with django_assert_max_num_queries(12):
        seller.get(ORDERS)
    assert person(Role.SALES)
