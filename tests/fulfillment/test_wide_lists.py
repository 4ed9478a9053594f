"""The lists of dispatch fit a desk of 1280 pixels as they come; what else there is stands a choice away (R5.8)."""

import pytest
from django.urls import reverse

from accounts.choices import Role
from fulfillment.models import Shipment
from orders.models import Order
from tests.browser import sign_in
from tests.factories import make_user
from tests.fulfillment.factories import follow, make_incident, make_shipment, settle

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

SIDEWAYS = "[...document.querySelectorAll('.table-frame')].map(frame => frame.scrollWidth - frame.clientWidth)"


@pytest.mark.req("R5.8", "R13.6")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_nothing_is_looked_for_beyond_the_edge(page, browser_context, live_server, language):
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(carrier="深圳市顺丰综合物流服务有限公司", waybill="SF1000000000011")
    customer = Order.objects.get(pk=shipment.order_id).customer
    customer.name = "苏州工业园区精工电子科技股份有限公司"
    customer.save(update_fields=["name"])
    follow(shipment, place="杭州市萧山区转运中心")
    settle(make_incident(shipment, "delay", description="高速封路，车辆绕行，预计晚到两天"))
    make_incident(shipment)
    sign_in(browser_context, make_user(Role.LOGISTICS, language=language), live_server.url)
    page.set_viewport_size({"width": 1280, "height": 900})
    for name in ("tracking", "ledger", "incident-list"):
        page.goto(live_server.url + reverse(f"fulfillment:{name}"))
        assert page.locator("tbody tr").count() >= 1
        assert page.evaluate(SIDEWAYS) == [0], name
