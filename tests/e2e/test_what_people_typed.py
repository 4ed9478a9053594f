"""What goes wrong costs nobody a word: refusals keep what was typed, twice is once, keys are enough."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from credit.models import Receipt
from orders.models import Order
from tests.browser import PHONE
from tests.e2e import path
from tests.e2e.path import in_days, of
from tests.factories import fresh, make_customer, make_order, make_product, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.xdist_group("e2e")]


def make_goods() -> None:
    """What the picker of the entry form finds."""
    customer = make_customer(name=path.CUSTOMER, owner=person("sales"))
    customer.contacts.update(name=path.CONTACT)
    customer.addresses.update(text=path.ADDRESS)
    make_product(code="S-001", stock=100)


@pytest.mark.req("R2.1", "R13.6")
@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_a_refused_order_keeps_every_word(office_of: Any, size: Any) -> None:
    make_goods()
    office = office_of(**({"size": size} if size else {}))
    seller = office["sales"].goes(reverse("orders:order-new"))
    seller.fills(**{
        "customer_text": "没有这家公司", "contact_name": "黄志强", "remarks": "请尽快",
        "lines-0-description": "机房布线", "lines-0-quantity": "两个", "lines-0-unit_price": "4,000",
    })  # fmt: skip
    seller.presses("Receive order").sees("No customer is called that. Check the spelling, or create the customer.")
    page = seller.page
    for name, value in (("customer_text", "没有这家公司"), ("contact_name", "黄志强"), ("remarks", "请尽快"),
                        ("lines-0-description", "机房布线"), ("lines-0-quantity", "两个")):  # fmt: skip
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.locator("[name=customer_text]")).to_be_focused()
    assert page.locator("[name=lines-0-quantity]").get_attribute("aria-invalid") == "true"
    assert not Order.objects.exists()
    seller.looks("refused order")
    office.has_nothing_to_complain_of()


@pytest.mark.req("R13.6")
def test_a_refused_dialog_keeps_every_word(office_of: Any) -> None:
    order = make_order()
    office = office_of()
    clerk = office["inside_sales"].goes(order.get_absolute_url()).opens(of("orders:order-receipt", order))
    clerk.fills(amount="-5", bank_reference="ICBC-1").presses("Report payment")
    expect(clerk.dialog.locator("[data-error-summary]")).to_be_visible()
    expect(clerk.dialog.locator("[name=bank_reference]")).to_have_value("ICBC-1")
    clerk.looks("refused dialog").fills(amount="500").finishes("Report payment")
    assert Receipt.objects.get().amount == 500
    office.has_nothing_to_complain_of()


@pytest.mark.req("R13.6")
def test_a_double_click_does_one_thing(office_of: Any) -> None:
    order = make_order()
    clerk = office_of()["inside_sales"].goes(order.get_absolute_url()).opens(of("orders:order-receipt", order))
    clerk.fills(amount="500")
    with clerk.page.expect_navigation():
        clerk.form.get_by_role("button", name="Report payment").dblclick()
    expect(clerk.page.locator(".toast-note.success")).to_be_visible()
    assert Receipt.objects.count() == 1


@pytest.mark.req("R2.1", "R13.6")
def test_an_order_is_entered_by_keys_alone(office_of: Any) -> None:
    """Tab from field to field, Enter in the sheet for the next line, Enter on the button."""
    make_goods()
    seller = office_of()["sales"].goes(reverse("orders:order-new"))
    page, keys = seller.page, seller.page.keyboard
    path.choose_customer(seller)
    page.locator("[name=requested_date]").focus()
    keys.type(in_days(20).strftime("%m%d%Y"))
    path.choose_product(page, 0, "S-001")
    keys.type("2")
    keys.press("Enter")
    expect(page.locator("[name=lines-1-quantity]")).to_be_focused()
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    expect(page.locator("[name=lines-1-description]")).to_be_focused()
    for text in ("机房布线", "含辅料", "3", "次", "100"):
        keys.type(text)
        keys.press("Tab")
    expect(page.locator("[data-grand-total]")).to_have_text("10,300.00")
    page.locator("button[name=receive]").focus()
    with page.expect_navigation():
        keys.press("Enter")
    order = fresh(Order.objects.get())
    assert order.status == "received" and order.amount == 10_300
    assert [line.quantity for line in order.lines.order_by("position")] == [2, 3]


@pytest.mark.req("R13.6")
def test_the_inbox_is_walked_by_keys(office_of: Any) -> None:
    first, second = make_order(), make_order()
    clerk = office_of()["inside_sales"].goes("/")
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("j")
    clerk.page.keyboard.press("Enter")
    expect(clerk.page).to_have_url(re.compile(re.escape(of("orders:order-preliminary", second)) + "$"))
    assert first.pk != second.pk


@pytest.mark.req("R2.1", "R2.3", "R13.6")
def test_without_scripts_an_order_is_entered_and_reviewed(office_of: Any) -> None:
    make_goods()
    office = office_of(java_script_enabled=False, size=PHONE)
    seller = office["sales"].goes(reverse("orders:order-new"))
    seller.fills(**{
        "customer_text": path.CUSTOMER, "contact_name": "黄志强", "delivery_address": path.ADDRESS,
        "requested_date": in_days(20), "lines-0-description": "S-001", "lines-0-quantity": "2",
    }).presses("Receive order")  # fmt: skip
    expect(seller.page.locator(".toast-note.success")).to_be_visible()
    order = fresh(Order.objects.get())
    assert order.status == "received" and order.amount == 10_000
    clerk = office["inside_sales"].goes("/")
    clerk.page.locator(f'a.row-link[href="{of("orders:order-preliminary", order)}"]').click()
    clerk.fills(result="passed").presses("Save review")
    expect(clerk.page.locator(".toast-note.success")).to_be_visible()
    assert fresh(order).preliminary_passed_at
    clerk.goes(order.get_absolute_url()).page.locator("details[data-menu]:has(a[href$='/payment/']) summary").click()
    clerk.page.locator("main a[href$='/payment/']").first.click()
    clerk.fills(amount="3,000").presses("Report payment")
    expect(clerk.page.locator(".toast-note.success")).to_be_visible()
    assert Receipt.objects.get().amount == 3000
    assert person("sales") == order.salesperson
