"""Papers tell of the customer's people what the page would tell the same reader, and the reading is in the trail."""

import pypdfium2
import pytest
from django.test import Client

from accounts.choices import Role
from core import outbox_delivery
from core.documents.rendering import html_of
from core.models import AuditEntry, Document
from tests.factories import make_user
from tests.fulfillment.factories import make_shipment, sign

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6"), pytest.mark.req("R13.4")]
SECRETS = ("李明", "13800138000")


def paper_for(client: Client, role: str, document: Document) -> str:
    """What the person reads, waiting as the page does."""
    client.force_login(make_user(role))
    url = f"/documents/{document.pk}/zh-hans.pdf"
    if client.get(url).status_code == 202:
        outbox_delivery.deliver_due()
    pdf = pypdfium2.PdfDocument(client.get(url).content)
    return "".join(page.get_textpage().get_text_range() for page in pdf)


@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.INSIDE_SALES, True)])
@pytest.mark.parametrize("kind", ["delivery_note", "order_confirmation"])
def test_a_paper_masks_what_the_page_masks(client, role, reads, kind):
    make_shipment()
    text = paper_for(client, role, Document.objects.get(kind=kind))
    assert "服务器A型" in text
    for secret in SECRETS:
        assert (secret in text) == reads, secret
    assert AuditEntry.objects.filter(action="customer.contacts_read").exists() == reads


@pytest.mark.req("R6.2")
def test_the_code_to_sign_with_is_not_on_the_masked_note():
    make_shipment()
    note = Document.objects.get(kind="delivery_note")
    assert "Sign on your telephone" in html_of(note, "en")
    assert "Sign on your telephone" not in html_of(note, "en", masked=True)


@pytest.mark.req("R6.3")
def test_the_signature_is_not_on_the_masked_slip():
    sign(make_shipment())
    slip = Document.objects.get(kind="acceptance_slip")
    assert "data:image/png" in html_of(slip, "en") and "data:image/png" not in html_of(slip, "en", masked=True)


@pytest.mark.req("R6.3")
@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.INSIDE_SALES, True)])
def test_the_pages_tell_of_the_signer_what_the_slip_does(client, role, reads):
    shipment = make_shipment()
    sign(shipment)
    client.force_login(make_user(role))
    page, order = (client.get(thing.get_absolute_url()).content.decode() for thing in (shipment, shipment.order))
    assert ("signature-shown" in page) == reads
    assert ("李明" in page) == ("李明" in order) == reads
