"""What is refused while a page stands open is said on it; a page never lands inside another."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import make_order, make_partner, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.req("R13.7")
def test_a_part_asked_for_after_signing_out_is_no_sign_in_page() -> None:
    answer = Client().get(reverse("workflow:notification-count"), headers=HTMX)
    assert answer.status_code == 401 and answer.content == b""


@pytest.mark.req("R13.7")
def test_a_part_one_may_not_open_becomes_a_message() -> None:
    keeper = client_of(make_user("warehouse"))
    answer = keeper.get(reverse("orders:order-preliminary", args=[make_order().pk]), headers=HTMX)
    assert answer.status_code == 403 and answer["HX-Retarget"] == "#toasts"
    assert b"<html" not in answer.content


@pytest.mark.req("R13.7")
def test_a_partner_sees_no_menu_bell_or_search_of_ours() -> None:
    answer = client_of(make_partner().user).get("/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "side-link" not in page and "bar-count" not in page and "bar-search" not in page
