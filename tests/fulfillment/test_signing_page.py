"""The public page: whoever holds the note signs, nobody else, and nothing is lost on a bad line."""

import gzip
import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import Attachment
from fulfillment.choices import Criterion
from fulfillment.models import Acceptance, Shipment
from orders.specs import LineSpec
from tests.factories import make_product
from tests.fulfillment.factories import drawn, make_inspected, make_shipment, picture, prepare, token_for

pytestmark = [pytest.mark.django_db, pytest.mark.req("R6.2")]
JSON = {"Accept": "application/json"}


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=False, headers={"Accept-Language": "en"})


def url_of(token):
    return reverse("signing:sign", args=[token])


def fill(shipment, **over):
    line = shipment.lines.get()
    values = {
        "signer_name": "李明", "signature": drawn(), f"quantity_{line.pk}": "10", f"remark_{line.pk}": "",
        **{f"of_{name}_{line.pk}": "accepted" for name in Criterion.values},
    }  # fmt: skip
    return {**values, **over}


def test_the_page_shows_the_goods_and_no_price(phone):
    shipment = make_shipment()
    page = phone.get(url_of(token_for(shipment)))
    assert page.status_code == 200
    text = page.content.decode()
    assert shipment.order.number in text and shipment.lines.get().order_line.description in text
    assert "5,000" not in text and "50,000" not in text


def test_it_speaks_the_browsers_language(phone):
    shipment = make_shipment()
    page = phone.get(url_of(token_for(shipment)), headers={"Accept-Language": "zh-CN"})
    assert 'lang="zh-Hans"' in page.content.decode()


def test_it_is_neither_kept_nor_found_nor_passed_on(phone):
    page = phone.get(url_of(token_for(make_shipment())))
    assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "same-origin"


@pytest.mark.sqlite
def test_signing_leads_to_the_receipt_with_the_slip(phone):
    shipment = make_shipment()
    answer = phone.post(url_of(token_for(shipment)), fill(shipment, photos=[picture()]))
    assert answer.status_code == 303
    receipt = phone.get(answer["Location"]).content.decode()
    assert "Signed by 李明" in receipt and "/verify/" in receipt
    assert Attachment.objects.get().kind == "photo"


def test_what_was_typed_stands_after_an_error(phone):
    shipment = make_shipment()
    line = shipment.lines.get()
    given = fill(shipment, **{f"quantity_{line.pk}": "11", f"remark_{line.pk}": "纸箱湿", "signer_name": "王芳"})
    answer = phone.post(url_of(token_for(shipment)), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="11"' in text and "纸箱湿" in text and 'value="王芳"' in text and "Between 0 and 10" in text


def test_the_script_is_answered_in_json(phone):
    shipment = make_shipment()
    address = url_of(token_for(shipment))
    refused = phone.post(address, fill(shipment, signature=""), headers=JSON)
    assert refused.status_code == 422 and "signature" in refused.json()["fields"]
    assert phone.post(address, fill(shipment), headers=JSON).json() == {"done": True}


def test_sent_again_after_a_broken_connection_it_is_done_once(phone):
    shipment = make_shipment()
    address = url_of(token_for(shipment))
    phone.post(address, fill(shipment), headers=JSON)
    again = phone.post(address, fill(shipment, signer_name="别人"), headers=JSON)
    assert again.json() == {"done": True}
    assert Acceptance.objects.get().signer_name == "李明"


class TestALinkThatIsNotGood:
    @pytest.mark.parametrize("token", ["x" * 27, "x", "%2e%2e%2f", "a" * 500])
    def test_guessed_opens_nothing(self, phone, token):
        assert phone.get(url_of(token)).status_code == 404
        assert phone.post(url_of(token), {"signer_name": "x"}).status_code == 404

    def test_expired_says_so(self, phone):
        shipment = make_shipment()
        Shipment.objects.update(signing_expires_at=timezone.now() - timedelta(seconds=1))
        for answer in (phone.get(url_of(token_for(shipment))), phone.post(url_of(token_for(shipment)), fill(shipment))):
            assert answer.status_code == 410
        assert not Acceptance.objects.exists()

    def test_of_another_shipment_signs_only_its_own(self, phone):
        mine, other = make_shipment(), make_shipment()
        phone.post(url_of(token_for(mine)), {**fill(other), **fill(mine)})
        assert Acceptance.objects.get().shipment == mine
        assert Shipment.objects.get(pk=other.pk).is_under_way

    def test_does_not_exist_before_the_goods_leave(self, phone):
        shipment = prepare(make_inspected())
        assert phone.get(url_of(token_for(shipment))).status_code == 404

    def test_is_guessed_twenty_times_and_then_no_more(self, phone):
        shipment = make_shipment()
        for n in range(20):
            assert phone.get(url_of(f"{n:027d}")).status_code == 404
        assert phone.get(url_of("y" * 27)).status_code == 429
        # Nor does the shut door tell a good key from a bad one.
        assert phone.get(url_of(token_for(shipment))).status_code == 429

    def test_is_tried_thirty_times_an_hour(self, phone):
        shipment = make_shipment()
        address = url_of(token_for(shipment))
        for _try in range(30):
            phone.post(address, {})
        assert phone.post(address, fill(shipment), headers=JSON).status_code == 429
        assert not Acceptance.objects.exists()


def test_the_post_needs_the_pages_own_form():
    shipment = make_shipment()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url_of(token_for(shipment)), fill(shipment)).status_code == 403


def shipment_of(lines):
    specs = tuple(LineSpec(Decimal(1), Decimal(5000), product=make_product()) for _ in range(lines))
    return make_shipment(lines=specs)


@pytest.mark.parametrize("lines", [1, 40])
def test_page_and_everything_it_loads_stay_below_100_kb(phone, lines):
    """One bar of signal: some 20 KB/s."""
    page = phone.get(url_of(token_for(shipment_of(lines))), headers={"Accept-Encoding": "gzip"})
    text = gzip.decompress(page.content).decode()
    loaded = set(re.findall(r'(?:href|src)="/static/([^"#]+)', text))
    sizes = {name: Path(finders.find(name) or name).stat().st_size for name in loaded}
    assert {"js/signing.js", "css/signing.css", "js/signature-pad.js"} <= loaded
    assert len(page.content) + sum(sizes.values()) < 100_000, (len(page.content), sizes)
    assert not any("tabler" in name or "htmx" in name for name in loaded)


@pytest.mark.parametrize("lines", [1, 12])
def test_it_costs_the_same_for_any_number_of_lines(phone, lines, django_assert_max_num_queries):
    address = url_of(token_for(shipment_of(lines)))
    with django_assert_max_num_queries(3):
        assert phone.get(address).status_code == 200
