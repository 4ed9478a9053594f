"""From a stranger's telephone call to an approved order; on the way every rule refuses once, in words on the screen.

A new customer without papers, a price below the floor, an amount for the director (R1.1–R1.3, R1.7, R3.2–R3.5).
"""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from core.money import format_money
from customers.choices import REQUIRED_PAPERS
from customers.models import Inquiry
from orders.choices import CheckCode
from orders.models import Order
from tests.e2e import path
from tests.e2e.path import in_days, of
from tests.e2e.people import Office
from tests.factories import fresh

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("e2e"),
]  # fmt: skip

NEWCOMER = "杭州云谷数据服务有限公司"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.req("R1.1", "R1.2", "R1.3", "R1.7", "R2.1", "R2.3", "R3.1", "R3.2", "R3.4", "R3.5", "R14.1", "R14.2")
def test_a_strangers_inquiry_becomes_an_approved_order(office_of: Any, language: str) -> None:
    office = office_of(language=language)
    office.hire("service", *path.EVERYBODY)
    path.create_product(office, "S-001")
    inquiry = ask(office)
    answer(office, inquiry)
    order = order_it(office, inquiry)
    show_the_papers(office, order)
    review_below_the_floor(office, order)
    sign(office, order)
    office.has_nothing_to_complain_of()


def ask(office: Office) -> Inquiry:
    """Customer service writes down what the caller wants and hands it to a salesperson."""
    clerk = office["service"].goes(reverse("customers:inquiry-list")).opens(reverse("customers:inquiry-new"))
    clerk.fills(
        prospect_name=NEWCOMER, contact_name="徐静", contact_phone="13710045004", wanted_date=in_days(30),
        service_needs="需要上门安装", analysis="新建机房，首批十二台", is_special=True,
        salesperson=office.account("sales").pk,
    )  # fmt: skip
    path.choose_product(clerk.page, 0, "S-001")
    clerk.page.keyboard.type("12")
    clerk.finishes("Record inquiry").sees_text(NEWCOMER)
    return Inquiry.objects.get()


def answer(office: Office, inquiry: Inquiry) -> None:
    page = reverse("customers:inquiry-detail", args=[inquiry.pk])
    seller = office["sales"].takes_up(page).sees_text("首批十二台")
    seller.does(reverse("customers:inquiry-answer", args=[inquiry.pk]), "Record answer", answer="三周可交，给底价")
    seller.has_no_work(page)


def order_it(office: Office, inquiry: Inquiry) -> Order:
    """Nothing is typed twice; what the caller did not say is asked for field by field."""
    seller = office["sales"].goes(reverse("customers:inquiry-detail", args=[inquiry.pk]))
    seller.does(reverse("orders:inquiry-order", args=[inquiry.pk]), "Turn into order")
    order = Order.objects.get()
    seller.fills(**{"lines-0-unit_price": "4,400"}).presses("Receive order")
    seller.is_told("Kept as a draft: %(why)s", why="The order cannot be received yet: something is missing.")
    seller.sees("Enter the delivery address.")
    seller.fills(delivery_address="杭州市西湖区云栖小镇2号楼").finishes("Receive order")
    order = fresh(order)
    assert (order.amount, order.buyer.name, order.contact_name) == (52_800, NEWCOMER, "徐静")
    return order


def show_the_papers(office: Office, order: Order) -> None:
    """Inside sales cannot pass a newcomer's order before its papers are there; finance grants credit."""
    form = of("orders:order-preliminary", order)
    clerk = office["inside_sales"].takes_up(form)
    clerk.sees("New customer, no paper filed: %(paper)s.", paper="Business licence")
    clerk.fills(result="passed").presses("Save review")
    clerk.page.locator("[data-error-summary]").wait_for()
    clerk.sees("New customer, no paper filed: %(paper)s.", paper="Credit record").looks("papers are missing")
    assert fresh(order).preliminary_passed_at is None
    archive = reverse("customers:customer-detail", args=[order.customer_id])
    seller = office["sales"].goes(archive)
    for kind in REQUIRED_PAPERS:
        seller.does(
            f"{reverse('customers:paper-file', args=[order.customer_id])}?kind={kind}", "File paper", number="91"
        )
    finance = office["finance"].goes(archive)
    limit = reverse("credit:credit-limit", args=[order.customer_id])
    finance.does(limit, "Set credit limit", limit=100_000, reason="首单授信")
    path.review_preliminarily(office, order, "passed")


def review_below_the_floor(office: Office, order: Order) -> None:
    """Everybody agrees, and still it does not pass: the price is below the floor, which the director may waive."""
    path.give_opinions(office, order)
    centre = office["order_center"].goes(order.get_absolute_url())
    centre.is_blocked("%(check)s: asked %(asked)s, allowed %(allowed)s", check="Price against the floor")
    centre.sees_text(format_money(Decimal(4400), "CNY"))
    director = office["sales_director"].goes(order.get_absolute_url())
    waiver = of("orders:order-waiver", order, CheckCode.PRICE_FLOOR.value)
    director.does(waiver, "Grant special approval", reason="新客户首单").sees_text("新客户首单")
    centre.goes(order.get_absolute_url()).is_free()
    centre.does(of("orders:order-review", order), "Pass review")


def sign(office: Office, order: Order) -> None:
    """The manager's signature is not enough for 52,800."""
    seller = office["sales"].sees_order(order, "reviewed")
    seller.is_blocked("Approval by %(role)s is awaited.", role="Sales manager")
    path.approve(office, order, "sales_manager")
    seller.sees_order(order, "reviewed").is_blocked("Approval by %(role)s is awaited.", role="Sales director")
    path.approve(office, order, "sales_director")
    seller.sees_order(order, "approved")
