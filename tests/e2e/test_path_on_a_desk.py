"""The whole path on a desk: every role signs in, every gate refuses once, and the order is closed."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orders.models import Clarification, Order
from tests.browser import PHONE
from tests.e2e import path
from tests.e2e.path import in_days, of
from tests.e2e.people import Office, Person
from tests.factories import fresh

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("e2e"),
]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("R2.1", "R2.2", "R2.3", "R2.4", "R3.1", "R3.3", "R3.5", "R4.2", "R5.1", "R5.5", "R6.2", "R6.3",
                 "R6.4", "R7.1", "R7.5", "R13.1", "R13.3", "R13.6", "R14.1")  # fmt: skip
def test_an_order_goes_from_receipt_to_closing(office_of: Any, worker: Any, tmp_path: Path, language: str) -> None:
    office = office_of(language=language)
    office.hire(*path.EVERYBODY)
    path.create_product(office, "S-001")
    path.create_customer(office)
    order = enter(office, tmp_path)
    clear_up(office, order)
    review_in_two_rounds(office, order)
    path.approve(office, order, "sales_manager")
    office["sales"].sees_order(order, "reviewed").is_blocked("Approval by %(role)s is awaited.", role="Sales director")
    path.approve(office, order, "sales_director")
    office["sales"].sees_order(order, "approved").is_blocked("Production has not answered with a delivery date.")
    agree_on_a_later_date(office, order)
    start(office, order)
    first, second = ship_in_two_parts(office, order, worker)
    accept(office, order, first, second, tmp_path)
    close(office, order)
    office.has_nothing_to_complain_of()


SCHEDULE = "The payment schedule adds up to %(total)s %%, not 100 %%."
SETTLE = "Promised for %(promise)s, asked for %(asked)s: settle it with the customer."
DEPOSIT = "Before production %(due)s is due; %(missing)s has not arrived."
MONEY = "Before shipment %(due)s is due; %(missing)s has not arrived."


def enter(office: Office, tmp_path: Path) -> Order:
    """A draft first; what is missing is listed by field; then received with its number."""
    seller = office["sales"].goes(reverse("orders:order-list")).opens(reverse("orders:order-new"))
    path.choose_customer(seller)
    path.choose_product(seller.page, 0, "S-001")
    seller.page.keyboard.type("10")
    expect(seller.page.locator("[data-grand-total]")).to_have_text("50,000.00")
    seller.fills(**{
        "lines-1-description": "机房布线", "lines-1-quantity": "2", "lines-1-unit": "次", "lines-1-unit_price": "4,000",
        "customization": "需定制logo",
    })  # fmt: skip
    expect(seller.page.locator("[data-grand-total]")).to_have_text("58,000.00")
    path.schedule(seller, (30, "before_production"), (40, "before_shipment"), (20, "on_delivery"))
    seller.finishes("Save draft")
    order = Order.objects.get()
    seller.is_blocked("Enter the delivery date the customer asks for.").is_blocked(SCHEDULE)
    seller.opens(of("orders:order-edit", order)).presses("Receive order")
    seller.is_told("Kept as a draft: %(why)s", why="The order cannot be received yet: something is missing.")
    missing = office.word("Enter the delivery date the customer asks for.")
    expect(seller.page.locator("[data-error-summary]")).to_contain_text(missing)
    expect(seller.page.locator("[name=requested_date]")).to_have_attribute("aria-invalid", "true")
    seller.looks("order entry with gaps")
    seller.fills(requested_date=in_days(20), **{"terms-2-percent": "30"}).finishes("Receive order")
    order = fresh(order)
    assert order.number and order.number.endswith("-001")
    drawing = tmp_path / "机柜图纸.png"
    path.photo(tmp_path, drawing.name)
    path.attach(seller, order, drawing, "drawing")
    seller.sees_order(order, "received").is_blocked("The preliminary review has not been passed.")
    return order


def clear_up(office: Office, order: Order) -> None:
    """Inside sales asks; sales talks to the customer and settles it; then the form is passed."""
    form = of("orders:order-preliminary", order)
    path.review_preliminarily(
        office, order, "needs_information", ok_goods=False, remark_goods="电源规格不明", remarks="电源要单路还是双路？"
    )
    question = Clarification.objects.get()
    talk = reverse("orders:clarification", args=[question.pk])
    settle = reverse("orders:clarification-resolve", args=[question.pk])
    seller = office["sales"].goes(order.get_absolute_url()).is_blocked("The preliminary review has not been passed.")
    seller.takes_up(talk).sees_text("电源要单路还是双路？")
    seller.fills(means="phone", spoke_with="黄志强", result="确认双路电源").finishes("Record talk")
    seller.sees_text("确认双路电源")
    seller.does(settle, "Settle question", answer="双路电源").has_no_work(talk)
    path.review_preliminarily(office, order, "passed")
    office["inside_sales"].has_no_work(form)


def review_in_two_rounds(office: Office, order: Order) -> None:
    """Finance is against it, the order centre returns it, sales changes it; everybody looks again."""
    sheet = of("orders:review-sheet", order)
    path.give_opinion(office, order, "engineering")
    finance = office["finance"].takes_up(sheet).fills(result="unfavorable").presses("Save opinion")
    expect(finance.page.locator("[data-error-summary]")).to_be_visible()
    finance.fills(remarks="定金太低").finishes("Save opinion").has_no_work(sheet)
    centre = (
        office["order_center"].takes_up(sheet).is_blocked("Against it: %(department)s: %(remarks)s", remarks="定金太低")
    )
    centre.does(of("orders:order-return", order), "Return to sales", reason="请提高定金")
    edit = of("orders:order-edit", order)
    seller = office["sales"].sees_order(order, "returned").takes_up(edit)
    seller.fills(**{"terms-0-percent": "40", "terms-1-percent": "30"}).finishes("Receive order").has_no_work(edit)
    path.give_opinions(office, order)
    centre.goes(sheet).sees("Round %(number)s", number=1).sees("Round %(number)s", number=2).sees_text("定金太低")
    centre.goes(order.get_absolute_url()).is_free()
    centre.does(of("orders:order-review", order), "Pass review")
    office["sales"].sees_order(order, "reviewed").is_blocked("Approval by %(role)s is awaited.", role="Sales manager")


def agree_on_a_later_date(office: Office, order: Order) -> None:
    """Production is later than asked; sales settles it with the customer."""
    reply, settle = of("fulfillment:production-reply", order), of("fulfillment:settle-promise", order)
    maker = office["production"].takes_up(reply)
    maker.fills(promise_date=in_days(26), remarks="缺料").finishes("Answer with this date").has_no_work(reply)
    maker.goes(order.get_absolute_url()).is_blocked(SETTLE)
    seller = office["sales"].takes_up(settle)
    seller.fills(agreed="yes", note="客户同意").finishes("Record the customer's answer").has_no_work(settle)


def start(office: Office, order: Order) -> None:
    """Not before the deposit is there: reported by inside sales, confirmed by finance."""
    maker = office["production"].takes_up(order.get_absolute_url()).is_blocked(DEPOSIT)
    path.pay(office, order, 23_200)
    maker.goes(order.get_absolute_url()).is_free().does(of("orders:order-start", order), "Start production")
    maker.sees_order(order, "in_production").is_blocked("The final inspection has not been passed.")
    path.inspect(office, order)


def ship_in_two_parts(office: Office, order: Order, worker: Any) -> tuple[Any, Any]:
    """The gate refuses; the general manager lets the first part pass, the second waits for its money."""
    keeper = office["warehouse"].takes_up(of("fulfillment:shipment-create", order))
    keeper.is_blocked(MONEY).sees_text("17,400.00")
    waiver = of("orders:order-waiver", order, "payment")
    manager = office["general_manager"].goes(order.get_absolute_url())
    manager.does(waiver, "Grant special approval", reason="老客户，先发一批").sees_text("老客户，先发一批")
    goods, service = order.lines.order_by("position")
    first = path.prepare(office, order, {goods.pk: 6, service.pk: 0})
    second = path.prepare(office, order, {goods.pk: 4, service.pk: 2})
    path.dispatch(office, first, "SF1000000001")
    office["sales"].sees_order(order, "in_production")
    keeper.goes(second.get_absolute_url()).is_blocked(MONEY)
    path.pay(office, order, 17_400)
    path.dispatch(office, second, "SF1000000002")
    office["sales"].sees_order(order, "shipped")
    read_delivery_note(office["logistics"], first, worker)
    return first, second


def read_delivery_note(carrier: Person, shipment: Any, worker: Any) -> None:
    """The page says that it is being drawn; the worker draws it; then it opens."""
    carrier.goes(shipment.get_absolute_url())
    link = carrier.page.locator('a[href$="/en.pdf"]').first
    address = link.get_attribute("href") or ""
    carrier.goes(address, status=202)
    assert worker() > 0
    answer = carrier.page.request.get(address)
    assert answer.status == 200 and answer.body().startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"


def accept(office: Office, order: Order, first: Any, second: Any, folder: Path) -> None:
    """The customer signs on a telephone: the first part in order, the second with a dent and a photo."""
    sign(office, first)
    sign(office, second, dent=path.photo(folder))
    problem = second.acceptance.problems.get()
    seller = office["sales"].sees_order(order, "shipped").is_blocked("Open problem: %(title)s")
    fixer = office["aftersales"].takes_up(problem.get_absolute_url())
    fixer.fills(analysis="运输颠簸", solution="已更换面板").finishes("Settle the problem")
    fixer.has_no_work(problem.get_absolute_url())
    seller.sees_order(order, "accepted")


def sign(office: Office, shipment: Any, dent: Path | None = None) -> None:
    """The link stands on the shipment's page and, as a code, on the delivery note."""
    address = office["logistics"].goes(shipment.get_absolute_url()).page.locator('a[href*="/s/"]').get_attribute("href")
    office["customer"].page.set_viewport_size(PHONE)
    customer = office["customer"].goes(address or "").sees_text(shipment.number)
    if dent:
        customer.presses("No, something is wrong")
        line = shipment.lines.order_by("pk").first()
        customer.fills(**{f"quantity_{line.pk}": "4"}).looks("counting a line").presses("Next")
        customer.fills(**{f"of_quality_{line.pk}": "reservation", f"remark_{line.pk}": "面板有凹痕"})
        customer.looks("judging a line").presses("The rest is in order")
        customer.fills(photos=dent).looks("signing photos").presses("Next")
    else:
        customer.presses("Yes, everything")
    path.sign_by_finger(customer)


def close(office: Office, order: Order) -> None:
    """Visit, balance, end."""
    visit = of("aftersales:visit-record", order)
    seller = office["sales"].takes_up(visit)
    seller.fills(satisfaction=5, use="已上线运行").finishes("Record the visit").has_no_work(visit)
    seller.goes(order.get_absolute_url()).is_blocked("%(missing)s of the amount has not arrived.")
    path.pay(office, order, 17_400)
    seller.goes(order.get_absolute_url()).is_free().does(of("orders:order-close", order), "Close order")
    seller.sees_order(order, "closed")
    expect(seller.page.locator(".steps-bar li.done")).to_have_count(7)
    for person in office.people.values():
        if person.name != "customer":
            person.has_no_work(order.get_absolute_url())
