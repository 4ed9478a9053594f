"""The same company twice is seen while it is entered: by name, tax number, telephone (R1.4)."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.choices import Role
from core.errors import DomainError
from customers.duplicates import find_twins
from customers.likeness import name_key, phone_key, tax_key
from customers.models import Contact, Customer
from customers.services import save_customer
from orders.services import order_inquiry
from tests.customers.factories import make_inquiry
from tests.customers.test_archive_pages import basics, rows
from tests.factories import make_customer, make_user, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.4")]
INSIDE = Role.INSIDE_SALES


def enter(name: str = "上海明远贸易有限公司", phone: str = "", confirmed: bool = False, **over: Any) -> Customer:
    by = over.pop("by", None) or person(INSIDE)
    contacts = [Contact(name="李明", phone=phone)] if phone else None
    values = {"name": name, **over}
    return save_customer(customer=Customer(), values=values, contacts=contacts, confirmed=confirmed, by=by)


@pytest.mark.parametrize(
    "written",
    [
        "北京华光科技有限公司", "北京华光科技", " 北京 华光科技有限责任公司",
        "北京华光科技股份有限公司", "北京华光科技（有限公司）", "北京華光科技有限責任公司",
    ],
)  # fmt: skip
def test_a_name_is_the_same_however_it_is_written(written):
    assert name_key(written) == "北京华光科技"


def test_capitals_width_and_legal_form_of_a_latin_name_do_not_count():
    assert {name_key(n) for n in ("ACME Co., Ltd.", "Acme  co ltd", "ＡＣＭＥ", "acme")} == {"acme"}
    assert name_key("有限公司") == "有限公司" and name_key("公司") == "公司"


@pytest.mark.parametrize("phone", ["13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "１３８００１３８０００"])
def test_a_telephone_is_the_same_however_it_is_written(phone):
    assert phone_key(phone) == "13800138000"


def test_an_extension_tells_nobody_apart():
    assert (phone_key("8001"), phone_key("")) == ("", "")
    assert phone_key("010-8888 6666") == phone_key("+86 10 88886666") == "1088886666"


@given(st.text(max_size=250))
def test_any_text_has_a_key_that_fits_its_column(text: str) -> None:
    assert len(name_key(text)) <= 200 and len(tax_key(text)) <= 30 and len(phone_key(text)) <= 32


@pytest.mark.sqlite
def test_likely_twins_are_found_by_each_and_named():
    by_name = enter("北京华光科技有限公司")
    by_tax = enter("乙公司", tax_number="91110108 ma-01")
    by_phone = enter("丙公司", phone="138 0013 8000")
    found = find_twins(name="北京华光科技", tax_number="91110108MA01", phones=["+8613800138000"])
    assert [(twin.customer, twin.same) for twin in found] == [
        (by_name, ["name"]), (by_tax, ["tax_number"]), (by_phone, ["phone"]),
    ]  # fmt: skip
    assert find_twins(name="北京华光科技", besides=by_name.pk) == [] == find_twins()


def test_a_likely_twin_is_not_entered_until_somebody_says_it_is_another():
    known = enter()
    with pytest.raises(DomainError) as refused:
        enter("上海明远贸易公司")
    assert refused.value.code == "duplicate"
    (reason,) = refused.value.reasons
    assert known.code in str(reason.text) and reason.url == f"/customers/{known.pk}/"
    assert Customer.objects.count() == 1
    assert enter("上海明远贸易公司", confirmed=True).code != known.code


def test_changing_what_is_there_asks_for_what_is_new_only():
    known = enter(tax_number="T1")
    twin = enter("上海明远贸易公司", confirmed=True)
    save_customer(customer=twin, values={"name": twin.name, "region": "华东"}, by=person(INSIDE))
    with pytest.raises(DomainError, match="duplicate"):
        save_customer(customer=twin, values={"tax_number": "t-1"}, by=person(INSIDE))
    twin.refresh_from_db()
    assert (twin.region, twin.tax_number, known.tax_number) == ("华东", "", "T1")


@pytest.mark.req("R1.6")
def test_whose_telephone_it_is_stays_hidden_from_who_may_not_read_it():
    known = enter(phone="13800138000", owner=make_user(Role.SALES))
    for by, named in ((make_user(Role.SALES), False), (person(INSIDE), True), (known.owner, True)):
        with pytest.raises(DomainError) as refused:
            enter("另一家", phone="138-0013-8000", by=by)
        (reason,) = refused.value.reasons
        assert (known.name in str(reason.text)) == bool(reason.url) == named


def test_somebody_new_of_an_inquiry_is_asked_after_as_well():
    known = enter("新来科技")
    seller = person(Role.SALES)
    inquiry = make_inquiry(salesperson=seller)
    with pytest.raises(DomainError, match="duplicate"):
        order_inquiry(inquiry=inquiry, by=seller)
    assert order_inquiry(inquiry=inquiry, customer=known, by=seller).customer == known
    other = make_inquiry(salesperson=seller)
    assert order_inquiry(inquiry=other, confirmed=True, by=seller).customer != known


# ---- pages


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(person(INSIDE))
    return client


def test_the_form_shows_likely_twins_while_one_types(desk):
    known = enter(phone="13800138000")
    url = "/customers/twins/"
    assert known.code in desk.post(url, {"name": "上海明远贸易"}).content.decode()
    assert known.code in desk.post(url, {"contacts-3-phone": "138 0013 8000"}).content.decode()
    assert known.code not in desk.post(url, {"name": "上海明远贸易", "besides": known.pk}).content.decode()
    assert "reason-list" not in desk.post(url, {"name": "别的"}).content.decode()


def test_saving_a_twin_asks_once_more_with_everything_kept(desk):
    known = enter()
    data = {**basics(name="上海明远贸易"), **rows("contacts", {"name": "王芳"}), **rows("addresses", {})}
    refused = desk.post("/customers/new/", data)
    page = refused.content.decode()
    assert refused.status_code == 422 and known.code in page and "王芳" in page
    assert 'type="checkbox" name="confirmed"' in page
    assert Customer.objects.count() == 1
    assert desk.post("/customers/new/", {**data, "confirmed": "on"}).status_code == 302
    assert Customer.objects.count() == 2


def test_looking_costs_the_same_in_a_large_archive(django_assert_max_num_queries):
    for number in range(12):
        make_customer(name=f"上海明远贸易{number}")
    with django_assert_max_num_queries(3):
        find_twins(name="上海明远贸易", tax_number="T", phones=["13800138000", "13900139000"])
