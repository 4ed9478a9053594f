"""Number patterns are configuration, with a preview and a trace (R2.2)."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry
from core.numbering import draw_number, preview
from tests.factories import make_user

pytestmark = [pytest.mark.req("R2.2"), pytest.mark.django_db]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_user("admin"))
    return client


def test_the_list_shows_the_next_number_of_every_series(desk: Client) -> None:
    text = desk.get("/accounts/numbers/").content.decode()
    assert preview("order") in text
    assert preview("customer") in text


def test_a_changed_pattern_holds_from_the_next_number(desk: Client) -> None:
    assert desk.post("/accounts/numbers/customer/", {"pattern": "K-{seq:04d}", "reset": "never"}).status_code == 302
    with transaction.atomic():
        assert draw_number("customer") == "K-0001"
    assert AuditEntry.objects.get(action="number_series.changed").changes["pattern"][1] == "K-{seq:04d}"


@pytest.mark.parametrize("pattern", ["{mm}-{seq}", "X{year}{seq}", "no number", "{yyyy}{mm}{seq}"])
def test_a_pattern_that_would_repeat_itself_is_refused(desk: Client, pattern: str) -> None:
    response = desk.post("/accounts/numbers/order/", {"pattern": pattern, "reset": "month"})
    assert response.status_code == 422
    assert response.context["form"].errors["pattern"]


@pytest.mark.req("R13.7")
def test_only_the_administrator_changes_them(client: Client) -> None:
    client.force_login(make_user("general_manager"))
    assert client.get("/accounts/numbers/").status_code == 403
    assert client.post("/accounts/numbers/order/", {"pattern": "{seq}", "reset": "never"}).status_code == 403


def test_an_unknown_series_is_not_made(desk: Client) -> None:
    assert desk.get("/accounts/numbers/nothing/").status_code == 404


def test_the_settings_lead_everywhere_an_administrator_goes(desk: Client) -> None:
    text = desk.get("/settings/").content.decode()
    for url in ("/accounts/people/", "/accounts/numbers/", "/outbox/"):
        assert f'href="{url}"' in text
        assert desk.get(url).status_code == 200


def test_the_pattern_being_typed_is_shown_before_it_is_saved(desk: Client) -> None:
    with transaction.atomic():
        draw_number("order")
    text = desk.get("/accounts/numbers/order/preview/?pattern=A{yyyy}-{seq:04d}&reset=year").content.decode()
    year = timezone.localdate().year
    assert f"A{year}-0001" in text and f"A{year}-0003" in text and f"A{year + 1}-0001" in text
    with transaction.atomic():
        assert draw_number("order").endswith("-002")  # nothing was saved, nothing drawn


def test_the_preview_goes_on_from_where_the_series_stands(desk: Client) -> None:
    with transaction.atomic():
        drawn = draw_number("customer")
    text = desk.get("/accounts/numbers/customer/").content.decode()
    assert drawn not in text and preview("customer") in text and "starts again:" not in text


@pytest.mark.parametrize("query", ["pattern={mm}-{seq}&reset=month", "pattern={seq}&reset=never!", ""])
def test_the_preview_of_an_unfit_pattern_says_what_is_wrong(desk: Client, query: str) -> None:
    page = desk.get(f"/accounts/numbers/order/preview/?{query}")
    assert page.status_code == 200 and "Next numbers" not in page.content.decode()
