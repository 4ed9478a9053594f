"""What the shared scripts do, and that pages do without them."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gallery(signed_in: BrowserContext) -> Page:
    page = signed_in.new_page()
    page.goto("/ui/")
    return page


def cell(page: Page, row: int, name: str) -> Any:
    return page.locator(f"[name=lines-{row}-{name}]")


def test_totals_move_as_one_types_and_round_half_up(gallery: Page) -> None:
    cell(gallery, 0, "unit_price").fill("1,250.105")
    cell(gallery, 0, "quantity").fill("3")
    expect(gallery.locator("[data-line-total]").first).to_have_text("3,750.32")
    cell(gallery, 1, "quantity").fill("０.1")
    cell(gallery, 1, "unit_price").fill("0.3")
    expect(gallery.locator("[data-grand-total]")).to_have_text("3,750.35")


def test_enter_in_the_last_row_adds_one_and_arrows_move(gallery: Page) -> None:
    cell(gallery, 1, "quantity").press("Enter")
    expect(cell(gallery, 2, "quantity")).to_be_focused()
    assert gallery.input_value("[name=lines-TOTAL_FORMS]") == "3"
    gallery.keyboard.press("ArrowUp")
    expect(cell(gallery, 1, "quantity")).to_be_focused()


def test_rows_pasted_from_a_spreadsheet_fill_lines(gallery: Page) -> None:
    text = "轴承\t6204\t100\t个\t12.50\r\nBelt\tB-40\t20\tpcs\t3\n" * 3
    gallery.evaluate(
        """([selector, text]) => {
          const data = new DataTransfer(); data.setData("text/plain", text);
          const field = document.querySelector(selector); field.focus();
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        ["[name=lines-1-description]", text],
    )
    assert gallery.input_value("[name=lines-TOTAL_FORMS]") == "7"
    expect(cell(gallery, 6, "specification")).to_have_value("B-40")
    expect(gallery.locator("[data-grand-total]")).to_have_text("7,680.32")
    expect(gallery.locator("[data-grid-status]")).to_have_text("6 rows pasted.")


def test_a_removed_line_is_marked_and_leaves_the_total(gallery: Page) -> None:
    gallery.locator("[data-remove]").first.click()
    expect(gallery.locator("[name=lines-0-DELETE]")).to_be_checked()
    expect(gallery.locator("[data-grand-total]")).to_have_text("0.00")


def test_a_product_is_found_as_one_types(gallery: Page) -> None:
    cell(gallery, 1, "description").press_sequentially("gear")
    expect(gallery.locator(".lookup-list [role=option]")).to_have_count(1)
    gallery.keyboard.press("Enter")
    expect(cell(gallery, 1, "unit_price")).to_have_value("86.5")
    expect(cell(gallery, 1, "product")).to_have_value("2")
    expect(cell(gallery, 1, "quantity")).to_be_focused()


def test_what_was_typed_stays_when_the_lookup_does_not_answer(gallery: Page) -> None:
    gallery.route("**/ui/lookup/**", lambda route: route.abort())
    cell(gallery, 1, "description").press_sequentially("gear")
    expect(gallery.locator("[data-grid-status]")).to_contain_text("what you typed stays")
    expect(cell(gallery, 1, "description")).to_have_value("gear")


def test_a_signature_becomes_a_picture_and_can_be_drawn_again(gallery: Page) -> None:
    pad = gallery.locator("[data-signature-pad]")
    gallery.get_by_role("button", name="Accept delivery").click()
    expect(gallery.get_by_text("Please sign before you go on.")).to_be_visible()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    gallery.mouse.move(box["x"] + 40, box["y"] + 60)
    gallery.mouse.down()
    for step in range(20):
        gallery.mouse.move(box["x"] + 40 + step * 12, box["y"] + 60 + (step % 3) * 20)
    gallery.mouse.up()
    assert gallery.input_value("[data-signature-value]").startswith("data:image/png;base64,")
    gallery.get_by_role("button", name="Sign again").click()
    assert gallery.input_value("[data-signature-value]") == ""


def test_an_act_opens_in_a_dialog_and_keeps_what_was_typed(gallery: Page) -> None:
    gallery.get_by_role("link", name="Open a dialog").click()
    dialog = gallery.get_by_role("dialog")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    dialog.get_by_label("Reason").fill("three times")
    dialog.get_by_role("button", name="Release hold").click()
    expect(dialog.get_by_text("The credit limit is used up.")).to_be_visible()
    expect(dialog.get_by_label("Reason")).to_have_value("three times")
    gallery.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(gallery.get_by_role("link", name="Open a dialog")).to_be_focused()


def test_a_chosen_row_brings_the_bulk_bar(gallery: Page) -> None:
    bar = gallery.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    gallery.get_by_label("Choose 202611-001").check()
    expect(bar).to_contain_text("1 chosen")
    gallery.get_by_label("Choose all rows of this page").check()
    expect(bar).to_contain_text("3 chosen")


def test_arrows_move_between_rows(gallery: Page) -> None:
    rows = gallery.locator(".row-link")
    rows.first.focus()
    gallery.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()


def test_dark_is_remembered(gallery: Page) -> None:
    gallery.get_by_label("Your account").click()
    gallery.get_by_role("button", name="Light or dark").click()
    gallery.goto("/accounts/profile/")
    assert gallery.evaluate("document.documentElement.dataset.bsTheme") == "dark"


@pytest.mark.req("R13.6")
def test_every_target_on_a_telephone_is_large_enough(gallery: Page) -> None:
    gallery.set_viewport_size(PHONE)
    small = gallery.evaluate(
        """() => ["main .btn:not(.btn-sm)", "main .form-control", "main .form-select", ".foot-link"]
          .flatMap((kind) => [...document.querySelectorAll(kind)])
          .filter((e) => e.offsetParent && !e.closest(".sheet") && e.getBoundingClientRect().height < 43.5)
          .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert small == []


@pytest.mark.req("R13.6")
def test_without_scripts_menus_open_and_forms_are_sent(chromium: Any, live_server: Any, admin: Any) -> None:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en-US")
    sign_in(context, admin, live_server.url)
    page = context.new_page()
    page.goto("/ui/act/")
    page.get_by_label("Reason").fill("no script")
    page.get_by_role("button", name="Release hold").click()
    expect(page.get_by_text("The credit limit is used up.")).to_be_visible()
    page.get_by_label("Your account").click()
    page.get_by_role("button", name=re.compile("简体中文")).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    context.close()
