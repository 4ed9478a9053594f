"""Order entry as people do it: keyboard, paste, a window closed too soon, a colleague on the same order."""

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.choices import Role
from orders.models import Order
from orders.services import return_to_sales
from orders.specs import LineSpec
from tests.browser import DESK, PHONE, axe_findings, overflow, picture, sign_in
from tests.factories import make_customer, make_order, make_product, make_user, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R2.1")]


@pytest.fixture
def desk(browser_context: BrowserContext, live_server: Any) -> Page:
    sign_in(browser_context, person(Role.SALES), live_server.url)
    page = browser_context.new_page()
    page.set_viewport_size(DESK)
    return page


def choose_customer(page: Page, text: str, label: str) -> None:
    page.get_by_label("Customer", exact=True).press_sequentially(text)
    expect(page.locator("#customer-choices option")).to_have_count(1)
    page.get_by_label("Customer", exact=True).fill(label)


def paste(page: Page, selector: str, text: str) -> None:
    page.evaluate(
        """([selector, text]) => {
          const data = new DataTransfer(); data.setData("text/plain", text);
          const field = document.querySelector(selector); field.focus();
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [selector, text],
    )


def test_a_product_is_offered_at_this_customers_last_price_by_keyboard_alone(desk, live_server):
    customer, product = make_customer(name="海淀科技"), make_product(name="服务器甲")
    make_order(customer=customer, lines=[LineSpec(Decimal(1), Decimal(4700), product=product)])
    desk.goto(f"{live_server.url}/orders/new/")
    choose_customer(desk, "海淀", f"{customer.code} 海淀科技")
    desk.locator("[name=lines-0-description]").press_sequentially("服务")
    expect(desk.locator(".lookup-list [role=option]")).to_contain_text("last 4700")
    desk.keyboard.press("Enter")
    expect(desk.locator("[name=lines-0-unit_price]")).to_have_value("4700")
    desk.keyboard.type("3")
    expect(desk.locator("[data-grand-total]")).to_have_text("14,100.00")


def test_pasted_codes_become_products_with_their_prices(desk, live_server):
    products = [make_product(list_price=Decimal(1000 + n), floor_price=Decimal(1)) for n in range(3)]
    desk.goto(f"{live_server.url}/orders/new/")
    rows = "".join(f"{product.code}\t\t{n + 1}\n" for n, product in enumerate(products))
    paste(desk, "[name=lines-0-description]", rows + "安装服务\t现场\t1\t次\t80\n")
    for n in range(3):
        expect(desk.locator(f"[name=lines-{n}-unit_price]")).to_have_value(str(1000 + n))
    expect(desk.locator("[name=lines-0-product]")).to_have_value(str(products[0].pk))
    expect(desk.locator("[data-grand-total]")).to_have_text("6,088.00")


def test_a_window_closed_too_soon_loses_nothing(desk, live_server):
    desk.goto(f"{live_server.url}/orders/new/")
    desk.get_by_label("Remarks").press_sequentially("周五前送到")
    desk.locator("[name=lines-0-description]").press_sequentially("机柜")
    expect(desk.locator("[data-autosave-status]")).to_contain_text("kept", timeout=15_000)
    desk.get_by_label("Remarks").press_sequentially(",上午")
    desk.close(run_before_unload=False)
    again = desk.context.new_page()
    again.goto(f"{live_server.url}/orders/new/")
    again.get_by_role("link", name="Go on with it").click()
    expect(again.get_by_label("Remarks")).to_have_value("周五前送到,上午")
    expect(again.locator("[name=lines-0-description]")).to_have_value("机柜")
    assert not Order.objects.exists()


@pytest.mark.req("R14.6")
@pytest.mark.parametrize(("size", "name"), [(DESK, "desk"), (PHONE, "phone")])
def test_the_second_writer_chooses_field_by_field(desk, live_server, size, name):
    order = return_to_sales(order=make_order(packaging="木箱"), reason="交期", by=person(Role.ORDER_CENTER))
    desk.set_viewport_size(size)
    desk.goto(f"{live_server.url}/orders/{order.pk}/edit/")
    colleague = desk.context.browser.new_context()
    sign_in(colleague, make_user(Role.INSIDE_SALES, display_name="王芳"), live_server.url)
    other = colleague.new_page()
    other.goto(f"{live_server.url}/orders/{order.pk}/edit/")
    other.get_by_label("Packaging").fill("纸箱")
    other.get_by_label("Labels").fill("中文")
    other.get_by_role("button", name="Save draft").click()
    other.wait_for_url(f"**/orders/{order.pk}/")
    desk.get_by_label("Packaging").fill("托盘")
    desk.get_by_role("button", name="Save draft").click()
    expect(desk.get_by_text("Saved by somebody else while you were typing")).to_be_visible()
    picture(desk, f"conflict-{name}")
    assert overflow(desk) == 0 and axe_findings(desk) == []
    desk.get_by_role("button", name="Save draft").click()
    desk.wait_for_url(f"**/orders/{order.pk}/")
    order = Order.objects.get()
    assert (order.packaging, order.labels) == ("托盘", "中文")
    colleague.close()
