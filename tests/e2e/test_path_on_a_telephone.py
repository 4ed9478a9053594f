"""The whole path in Chinese on a telephone: money opens every gate, one part is signed on paper."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orders.models import Order
from tests.browser import PHONE
from tests.e2e import path
from tests.e2e.path import in_days, of
from tests.e2e.people import Office
from tests.factories import fresh

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("e2e"),
]  # fmt: skip
DEPOSIT = "Before production %(due)s is due; %(missing)s has not arrived."
MONEY = "Before shipment %(due)s is due; %(missing)s has not arrived."


@pytest.mark.req("R2.1", "R2.3", "R3.1", "R3.5", "R4.2", "R4.9", "R5.1", "R5.5", "R6.2", "R7.1", "R13.1", "R13.5",
                 "R13.6")  # fmt: skip
def test_an_order_goes_from_receipt_to_closing(office_of: Any, worker: Any, tmp_path: Path) -> None:
    office = office_of(language="zh-hans", size=PHONE, has_touch=True)
    office.hire(*path.EVERYBODY)
    path.create_product(office, "S-001", price=4000)
    path.create_customer(office)
    order = enter(office)
    path.review_preliminarily(office, order, "passed")
    path.give_opinions(office, order)
    office["order_center"].goes(order.get_absolute_url()).is_free().does(
        of("orders:order-review", order), "Pass review"
    )
    path.approve(office, order, "sales_manager")
    office["sales"].sees_order(order, "approved")
    make(office, order)
    parts = ship(office, order, worker)
    accept(office, order, *parts, tmp_path)
    close(office, order)
    office.has_nothing_to_complain_of()


def enter(office: Office) -> Order:
    """Lines as small forms, the product tapped in the list; received at once."""
    seller = office["sales"].goes(reverse("orders:order-new"))
    path.choose_customer(seller)
    seller.page.locator("[name=lines-0-description]").press_sequentially("S-0")
    seller.page.locator(".lookup-list [role=option]").first.tap()
    seller.fills(**{"lines-0-quantity": "10", "requested_date": in_days(20)})
    expect(seller.page.locator("[data-grand-total]")).to_have_text("40,000.00")
    path.schedule(seller, (30, "before_production"), (70, "before_shipment"))
    seller.finishes("Receive order")
    order = fresh(Order.objects.get())
    assert order.number and order.number.endswith("-001")
    seller.sees_order(order, "received").is_blocked("The preliminary review has not been passed.")
    return order


def make(office: Office, order: Order) -> None:
    """A date in time needs no word with the customer; the deposit is paid, production starts, quality inspects."""
    reply = of("fulfillment:production-reply", order)
    maker = office["production"].takes_up(reply).fills(promise_date=in_days(15)).finishes("Answer with this date")
    maker.has_no_work(reply).goes(order.get_absolute_url()).is_blocked(DEPOSIT)
    path.pay(office, order, 12_000)
    maker.goes(order.get_absolute_url()).is_free().does(of("orders:order-start", order), "Start production")
    path.inspect(office, order)
    office["sales"].sees_order(order, "in_production")


def ship(office: Office, order: Order, worker: Any) -> tuple[Any, Any]:
    """The gate says what is missing; with the money both parts leave."""
    keeper = office["warehouse"].takes_up(of("fulfillment:shipment-create", order)).is_blocked(MONEY)
    path.pay(office, order, 28_000)
    keeper.goes(of("fulfillment:shipment-create", order))
    line = order.lines.get()
    first = path.prepare(office, order, {line.pk: 7})
    path.dispatch(office, first, "SF2000000001")
    second = path.prepare(office, order, {line.pk: 3})
    path.dispatch(office, second, "SF2000000002")
    office["sales"].sees_order(order, "shipped")
    assert worker() > 0
    address = reverse("core:document-pdf", args=[first_note(first), "zh-hans"])
    answer = keeper.goes(first.get_absolute_url()).page.request.get(address)
    assert answer.body().startswith(b"%PDF")
    return first, second


def first_note(shipment: Any) -> int:
    from core.models import Document

    return Document.objects.get(kind="delivery_note", subject_id=shipment.pk).pk


def accept(office: Office, order: Order, first: Any, second: Any, folder: Path) -> None:
    """One part signed with a finger, the other on paper."""
    seller = office["sales"].goes(first.get_absolute_url())
    address = seller.page.locator('a[href*="/s/"]').get_attribute("href")
    customer = office["customer"].goes(address or "").presses("Yes, everything")
    path.sign_by_finger(customer)
    paper = reverse("fulfillment:shipment-accept", args=[second.pk])
    seller.goes(second.get_absolute_url()).opens(paper)
    seller.fills(signer_name=path.CONTACT, scan=path.photo(folder, "签收单.png")).finishes("Record the acceptance")
    seller.sees_order(order, "accepted")


def close(office: Office, order: Order) -> None:
    visit = of("aftersales:visit-record", order)
    seller = office["sales"].takes_up(visit).fills(satisfaction=4, use="运行正常", needs="明年扩容")
    seller.finishes("Record the visit").has_no_work(visit)
    seller.takes_up(order.get_absolute_url()).is_free().does(of("orders:order-close", order), "Close order")
    seller.sees_order(order, "closed").has_no_work(order.get_absolute_url())
