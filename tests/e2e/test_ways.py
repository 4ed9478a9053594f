"""Getting about: back keeps the filters, what is not for one's eyes says so, dark is as readable as light."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import PHONE
from tests.e2e.path import of
from tests.factories import make_order, make_partner, person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.xdist_group("e2e")]


@pytest.mark.req("R11.1")
def test_back_returns_to_the_list_with_its_filters(office_of: Any) -> None:
    order = make_order()
    make_order("reviewed")
    clerk = office_of()["inside_sales"].goes(f"{reverse('orders:order-list')}?view=received&status=received")
    expect(clerk.page.locator("tbody tr")).to_have_count(1)
    clerk.opens(order.get_absolute_url())
    clerk.page.go_back()
    expect(clerk.page).to_have_url(re.compile(r"status=received"))
    expect(clerk.page.locator("tbody tr")).to_have_count(1)


@pytest.mark.req("R13.6")
def test_an_act_opened_from_the_inbox_leads_back_where_one_was(office_of: Any) -> None:
    order = make_order("approved")
    maker = office_of()["production"].takes_up(of("fulfillment:production-reply", order))
    maker.fills(promise_date=order.requested_date).finishes("Answer with this date")
    expect(maker.page).to_have_url(re.compile(r"/$"))


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_what_one_may_not_open_says_so_and_leads_back(office_of: Any, size: Any) -> None:
    order = make_order()
    office = office_of(language="zh-hans", **({"size": size} if size else {}))
    keeper = office["warehouse"]
    keeper.goes(of("orders:order-preliminary", order), status=403)
    keeper.goes(reverse("accounts:people"), status=403)
    expect(keeper.page.locator("main a.btn")).to_have_count(1)
    keeper.goes("/orders/999999/", status=404)
    keeper.goes("/nothing/here/", status=404)
    expect(keeper.page.locator("main a.btn").first).to_be_visible()
    office.has_nothing_to_complain_of()


@pytest.mark.req("R13.7")
def test_ways_are_shown_to_those_who_may_go_them(office_of: Any) -> None:
    """Every link in sight on an order's page opens, whoever looks."""
    order = make_order("approved")
    office = office_of()
    for role in ("sales", "finance", "warehouse", "quality", "supervision", "general_manager"):
        looker = office[role].goes(order.get_absolute_url())
        links = looker.page.locator("main a[href^='/']").evaluate_all(
            "all => [...new Set(all.map(a => a.getAttribute('href')))]"
        )
        for address in links:
            answer = looker.page.request.get(address)
            assert answer.status in (200, 202), f"{role}: {address} {answer.status}"


@pytest.mark.req("R13.7")
def test_a_partner_who_signs_in_at_the_desk_is_told_why_not(office_of: Any) -> None:
    partner = make_partner()
    partner.user.set_password("demo")
    partner.user.save()
    office = office_of()
    stranger = office["customer"]
    stranger.page.goto("/accounts/login/")
    stranger.page.locator("[name=login]").fill(partner.user.username)
    stranger.page.locator("[name=password]").fill("demo")
    stranger.page.locator("[name=password]").press("Enter")
    stranger.sees("This page is not open to your role").looks()
    office.has_nothing_to_complain_of()


@pytest.mark.req("R13.6")
@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_the_main_pages_hold_in_the_dark(office_of: Any, size: Any) -> None:
    orders = [make_order(status) for status in ("received", "reviewed", "approved", "in_production")]
    person("general_manager")
    office = office_of(language="zh-hans", color_scheme="dark", **({"size": size} if size else {}))
    manager = office["sales_manager"]
    for address in ("/", reverse("orders:order-list"), reverse("orders:order-new"), reverse("reports:dashboard"),
                    reverse("customers:customer-list"), reverse("fulfillment:production-list")):  # fmt: skip
        manager.goes(address)
    for order in orders:
        manager.goes(order.get_absolute_url())
    manager.goes(of("orders:review-sheet", orders[0])).goes(of("orders:order-approve", orders[1]))
    office.has_nothing_to_complain_of()
