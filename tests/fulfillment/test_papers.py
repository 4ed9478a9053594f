"""The delivery note and the acceptance slip, drawn in both languages from what was frozen alone."""

import pypdfium2
import pytest

from accounts.choices import Role
from core.documents import render
from core.documents.rendering import html_of
from core.models import Document
from fulfillment.models import Shipment
from fulfillment.signing import address, qr_of
from orders.services import grant_order_waiver
from tests.factories import PREPAID, person
from tests.fulfillment.factories import dispatch, make_inspected, make_shipment, prepare, sign, token_for, words_for

pytestmark = [pytest.mark.django_db, pytest.mark.req("R13.4"), pytest.mark.req("R6.2")]


def text_of(document, language):
    pdf = pypdfium2.PdfDocument(render(document, language))
    return "".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_delivery_note_names_goods_carrier_and_receiver_but_no_price(language):
    shipment = make_shipment()
    text = text_of(Document.objects.get(kind="delivery_note"), language)
    for words in (shipment.number, "服务器A型", "SF1234567890", "顺丰速运", "北京市海淀区1号"):
        assert words in text
    assert "50,000" not in text and "5,000" not in text


def test_the_code_on_the_note_is_the_customers_link():
    shipment = make_shipment()
    note = Document.objects.get(kind="delivery_note")
    assert qr_of(address(token_for(shipment))) in html_of(note, "en").replace("&#x27;", "'")


@pytest.mark.req("R14.4")
def test_the_special_approval_stands_on_the_note():
    order = make_inspected(terms=PREPAID)
    grant_order_waiver(order=order, gate="payment", reason="年度框架客户", by=person(Role.GENERAL_MANAGER))
    dispatch(prepare(order))
    html = html_of(Document.objects.get(kind="delivery_note"), "en")
    assert "special approval" in html and "年度框架客户" in html and "50,000" in html


@pytest.mark.req("R6.3")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_slip_shows_who_signed_and_what_of_each_line(language):
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    slip = Document.objects.get(kind="acceptance_slip")
    text = text_of(slip, language)
    assert "李明" in text and "进水" in text
    assert "data:image/png;base64," in html_of(slip, language)


def test_a_paper_stays_what_it_was_when_the_shipment_changes():
    shipment = make_shipment()
    before = html_of(Document.objects.get(kind="delivery_note"), "en")
    Shipment.objects.filter(pk=shipment.pk).update(carrier="other", address="elsewhere")
    assert html_of(Document.objects.get(kind="delivery_note"), "en") == before
