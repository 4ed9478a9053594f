"""The API's description of itself, and the page to try it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from customers.services.partners import issue_key
from tests.api.factories import make_account
from tests.factories import make_user

pytestmark = pytest.mark.req("R10.2", "R14.14")


def test_the_schema_is_valid_and_complete():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO(), stderr=StringIO())


@pytest.mark.django_db
def test_it_can_be_read_by_anybody_in_both_languages(client):
    document = client.get("/api/v1/schema/?format=json").json()
    assert document["info"]["title"] and "Idempotency-Key" in document["info"]["description"]
    assert client.get("/api/v1/schema/?lang=zh-hans").status_code == 200


@pytest.mark.django_db
def test_every_operation_names_its_errors_and_asks_for_a_key(client):
    document = client.get("/api/v1/schema/?format=json").json()
    operations = [op for path in document["paths"].values() for op in path.values()]
    assert len(operations) >= 20
    for operation in operations:
        assert {"401", "429", "default"} <= set(operation["responses"]), operation["operationId"]
        carriers = "Carriers" in operation["tags"]
        assert operation["security"] == [{"carrierSignature" if carriers else "apiKey": []}]
        assert operation["summary"] and operation["description"] and operation["tags"]


@pytest.mark.django_db
def test_every_address_of_the_api_is_described(client):
    described = {path.removeprefix("/api/v1/") for path in client.get("/api/v1/schema/?format=json").json()["paths"]}
    api = next(p for p in get_resolver().url_patterns if str(p.pattern) == "api/v1/")
    served = {str(inner.pattern) for part in api.url_patterns for inner in getattr(part, "url_patterns", ())}
    plain = {path.replace("<str:", "{").replace("<int:", "{").replace(">", "}") for path in served}
    assert plain - {"schema/", "docs/"} == described


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_order_is_tried_on_the_page_without_breaking_its_policy(page, live_server, settings):
    """Authorize with a key, run GET /me/, read the partner's name; the browser finds nothing to complain of."""
    partner = make_account(name="试用伙伴")
    key = issue_key(partner=partner, name="try", by=make_user("admin"))[1]
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    response = page.goto("/api/v1/docs/")
    assert "script-src 'self'" in response.headers["content-security-policy"]
    page.get_by_role("button", name="Authorize").first.click()
    form = page.locator("form").filter(has_text="Api-Key and")  # beside it the carriers' signature
    form.get_by_label("Value").fill(f"Api-Key {key}")
    form.locator("button[type=submit]").click()
    form.locator(".btn-done").click()
    me = page.locator("#operations-Account-me_read")
    me.locator(".opblock-summary-control").click()
    me.get_by_role("button", name="Execute").click()
    me.locator(".live-responses-table").get_by_text("试用伙伴").wait_for()
    assert complaints == []
