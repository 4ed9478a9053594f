"""What happens to an order that is being made: asked for, sent back, disturbed, moved, bought in (R4.3–R4.7, R5.2).

Each by the people whose work it is, from the inbox to the word that it is done, in both languages.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.weeks import WEEK, monday
from fulfillment import services
from fulfillment.models import CapacityConflict, CustomerNotice, DispatchRequest, Disruption, Requisition
from orders.models import Order
from orders.specs import LineSpec
from tests.e2e.path import EVERYBODY, in_days, of
from tests.e2e.people import Office
from tests.factories import fresh, make_order, make_product, person
from tests.fulfillment.factories import make_inspected
from tests.orders.test_assignment import family

pytestmark = [
    pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("e2e"),
]  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture
def office(office_of: Any, language: str) -> Office:
    made: Office = office_of(language=language)
    made.hire(*EVERYBODY)
    return made


@LANGUAGES
@pytest.mark.req("R5.1", "R5.2")
def test_goods_are_asked_for_sent_back_corrected_and_ordered(office: Office, language: str) -> None:
    order = make_inspected()
    line = order.lines.get()
    seller = office["sales"].goes(order.get_absolute_url())
    ask = {f"quantity_{line.pk}": 4, "wanted_date": in_days(5), "papers": "说明书、合格证", "labels": "贴客户标"}
    seller.does(of("fulfillment:request-create", order), "Ask for dispatch", **ask)
    request = DispatchRequest.objects.get()
    check = reverse("fulfillment:request-order", args=[request.pk])
    clerk = office["inside_sales"].takes_up(check).sees_text("贴客户标")
    clerk.goes(request.get_absolute_url())
    back = reverse("fulfillment:request-return", args=[request.pk])
    clerk.does(back, "Send the request back", reason="缺检验报告").has_no_work(check)
    correct = reverse("fulfillment:request-correct", args=[request.pk])
    seller.takes_up(correct).sees_text("缺检验报告").fills(papers="说明书、检验报告").finishes("Hand it in again")
    clerk.takes_up(check).fills(carrier="顺丰速运").finishes("Issue the dispatch order").has_no_work(check)
    shipment = order.shipments.get()
    assert (shipment.papers, shipment.lines.get().quantity) == ("说明书、检验报告", 4)
    office.has_nothing_to_complain_of()


@LANGUAGES
@pytest.mark.req("R4.3")
def test_a_disruption_is_reported_its_orders_are_named_and_the_customer_is_told(office: Office, language: str) -> None:
    order = make_order("in_production")
    list_page = reverse("fulfillment:disruption-list")
    maker = office["production"].goes(list_page).opens(reverse("fulfillment:disruption-new"))
    maker.fills(kind="power", description="二号线停电").finishes("Report disruption")
    effect = {f"chosen_{order.pk}": True, f"text_{order.pk}": "推迟两天", f"new_date_{order.pk}": in_days(20)}
    maker.fills(**effect).finishes("Put it to sales to tell these customers").sees_text("推迟两天")
    tell = reverse("fulfillment:notice-tell", args=[CustomerNotice.objects.get().pk])
    seller = office["sales"].takes_up(tell).sees_text("推迟两天")
    seller.fills(means="phone", spoke_with="李明", answer="可以").finishes("Record that the customer was told")
    seller.has_no_work(tell)
    maker.goes(Disruption.objects.get().get_absolute_url()).sees_text("可以")
    office.has_nothing_to_complain_of()


@LANGUAGES
@pytest.mark.req("R4.4")
def test_what_does_not_fit_a_week_is_ranked_and_the_customers_are_told(office: Office, language: str) -> None:
    limit = {"family": family("pump"), "quantity": Decimal(15), "week": None}
    services.set_capacity(**limit, by=person(Role.PRODUCTION))
    kept, moved = promised(price=5000), promised(price=4500)
    conflict = CapacityConflict.objects.get()
    director = office["general_manager"].takes_up(conflict.get_absolute_url())
    director.fills(note="利润优先").finishes("Set the plan").has_no_work(conflict.get_absolute_url())
    first, later = fresh(kept).promise_date, fresh(moved).promise_date
    assert first and later and first < later
    tell = reverse("fulfillment:notice-tell", args=[CustomerNotice.objects.get().pk])
    office["sales"].has_work(tell)
    office.has_nothing_to_complain_of()


def promised(*, price: int) -> Order:
    product = make_product(family=family("pump"), cost_price=Decimal(4000), stock=0)
    spec = LineSpec(Decimal(10), Decimal(price), product=product)
    order = make_order("approved", lines=(spec,), requested_date=timezone.localdate() + timedelta(days=30))
    services.reply_production(order=order, promise_date=monday(timezone.localdate()) + WEEK, by=person(Role.PRODUCTION))
    return order


@LANGUAGES
@pytest.mark.req("R4.7")
def test_goods_bought_in_are_signed_for_and_the_purchase_is_recorded(office: Office, language: str) -> None:
    order = make_order("in_production")
    maker = office["production"].goes(f"{reverse('fulfillment:requisition-new', args=['outsourcing'])}?order={order}")
    maker.fills(
        title="铝合金机箱", specification="2U，阳极氧化", quantity=60, unit="个", wanted_date=in_days(12),
        supplier="昆山精工钣金", amount="10,800", description="按图加工", reason="本月钣金产能已满",
    ).finishes("Save form")  # fmt: skip
    form = Requisition.objects.get()
    maker.does(reverse("fulfillment:requisition-submit", args=[form.pk]), "Submit form")
    decide = reverse("fulfillment:requisition-decide", args=[form.pk])
    for role in ("sales_director", "general_manager"):
        office[role].takes_up(decide).sees_text("昆山精工钣金").fills(comment="同意").finishes("Sign form")
        office[role].has_no_work(decide)
    buyer = office["purchasing"].goes(form.get_absolute_url())
    buyer.does(reverse("fulfillment:requisition-bought", args=[form.pk]), "Record the purchase", note="PO-2026-118")
    buyer.sees_text("PO-2026-118")
    office.has_nothing_to_complain_of()


@LANGUAGES
@pytest.mark.req("R4.10", "R4.11", "R4.12")
def test_an_order_is_followed_a_delay_is_seen_coming_and_a_plan_is_put_in_force(office: Office, language: str) -> None:
    order = make_order("in_production")
    write = of("fulfillment:follow-up-new", order)
    seller = office["sales"].takes_up(write)
    seller.fills(stage="production", record="已装配六台", delay_risk=True).presses("Record the follow-up")
    seller.page.locator("[data-error-summary]").wait_for()
    seller.sees_text("已装配六台")  # what was typed stays
    seller.fills(problem="电源模块缺货", plan_of_action="向第二供应商采购", new_date=in_days(20))
    seller.finishes("Record the follow-up")
    tell = reverse("fulfillment:notice-tell", args=[CustomerNotice.objects.get().pk])
    seller.has_work(tell)
    manager = office["sales_manager"].goes(order.get_absolute_url())
    plan = {"cause": "force_majeure", "situation": "台风停工", "measures": "改由苏州工厂生产", "due_date": in_days(4)}
    responsible = office.account("production").pk
    act = of("fulfillment:contingency-new", order)
    manager.does(act, "Put the plan in force", **plan, responsible=responsible).sees_text("台风停工")
    office.has_nothing_to_complain_of()
