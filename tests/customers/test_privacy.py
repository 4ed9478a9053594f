"""Contact details are confidential: masked on pages and in lookups for who has no part in them (R1.6)."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Role
from core.masking import mask_email, mask_name, mask_phone
from core.models import AuditEntry
from tests.factories import make_customer, make_user, person

pytestmark = [pytest.mark.req("R1.6"), pytest.mark.django_db]

READERS = {Role.INSIDE_SALES, Role.SERVICE, Role.AFTERSALES, Role.ORDER_CENTER, Role.SALES_MANAGER}
SECRETS = ("13800138000", "li@example.com", "李明")
STAFF = sorted(set(Role.values) - {Role.PARTNER})


@pytest.mark.parametrize("role", STAFF)
def test_who_reads_contacts_on_the_page_and_in_the_lookup(client: Client, role: str) -> None:
    customer = make_customer(owner=make_user("sales"))
    client.force_login(make_user(role))
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    answer = client.get("/customers/lookup/?q=科技").content.decode().encode().decode("unicode_escape")
    for secret in SECRETS:
        assert (secret in page) == (role in READERS), secret
        assert (secret in answer) == (role in READERS), secret


def test_the_owner_reads_the_own_customers_contacts(client: Client) -> None:
    customer = make_customer(owner=person("sales"))
    client.force_login(person("sales"))
    assert "13800138000" in client.get(f"/customers/{customer.pk}/").content.decode()
    assert client.get(f"/customers/lookup/?id={customer.pk}").json()["results"][0]["contact"]["name"] == "李明"


def test_a_masked_lookup_hands_nothing_to_a_form(client: Client) -> None:
    customer = make_customer()
    client.force_login(make_user("finance"))
    (found,) = client.get(f"/customers/lookup/?id={customer.pk}").json()["results"]
    assert found["masked"] and found["contact"] is None
    assert found["masked_contact"]["phone"] == "138****00"
    assert found["address"] == {"label": "", "text": "北京市海淀区1号", "receiver": "", "phone": ""}


def test_who_may_edit_but_not_read_gets_no_contacts_and_loses_none(client: Client) -> None:
    customer = make_customer()
    client.force_login(make_user("admin"))
    url = f"/customers/{customer.pk}/edit/"
    assert "13800138000" not in client.get(url).content.decode()
    client.post(url, {"name": "新名", "tier": "key", "currency": "CNY", "is_active": "on"})
    customer.refresh_from_db()
    assert (customer.name, customer.contacts.get().phone) == ("新名", "13800138000")


def test_a_disclosure_is_logged_once_a_day_and_not_for_the_owner(client: Client) -> None:
    customer = make_customer(owner=person("sales"))
    reader = make_user("service")
    client.force_login(reader)
    for _ in range(3):
        client.get(f"/customers/{customer.pk}/")
    client.force_login(person("sales"))
    client.get(f"/customers/{customer.pk}/")
    entry = AuditEntry.objects.get(action="customer.contacts_read")
    assert (entry.by, entry.subject_id) == (reader, customer.pk)


@pytest.mark.req("R13.7")
def test_what_is_owed_is_not_everybodys_business(client: Client) -> None:
    customer = make_customer()
    for role, shown in (("finance", True), ("sales_director", True), ("warehouse", False), ("sales", False)):
        client.force_login(make_user(role))
        assert ("¥1,000,000.00" in client.get(f"/customers/{customer.pk}/").content.decode()) == shown, role


@given(st.text(alphabet="0123456789+- ", max_size=20))
def test_a_masked_number_cannot_be_called(phone: str) -> None:
    masked = mask_phone(phone)
    assert not phone or "****" in masked
    assert len(masked.replace("*", "")) <= 5


@given(st.emails())
def test_a_masked_address_cannot_be_written_to(email: str) -> None:
    assert mask_email(email).partition("@")[0].endswith("***")
    assert email not in mask_email(email)


@given(st.text(min_size=1, max_size=20))
def test_of_a_name_one_character_stays(name: str) -> None:
    assert mask_name(name) == f"{name[0]}*"
