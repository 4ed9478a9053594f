"""Laying out, the check before goods leave, and shortages (R5.3, R5.4, R6.1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.documents.rendering import html_of
from core.errors import Conflict, DomainError
from core.models import Document
from fulfillment import services
from fulfillment.models import CustomerNotice, DeliveryCheck, Preparation, Shipment, Shortage
from tests.factories import client_of, make_product, person
from tests.fulfillment.factories import ask_dispatch, check_delivery, dispatch, make_inspected, prepare
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import open_items

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=5)


def lay_out(shipment, **over):
    values = {"inspection_report": "QC-1", "packaging": "木箱完好", "by": person(Role.WAREHOUSE), **over}
    return services.record_preparation(shipment=shipment, **values)


def report(shipment, **over):
    values = {"reason": "缺三台", "new_date": LATER, "by": person(Role.WAREHOUSE), **over}
    return services.report_shortage(shipment=shipment, **values)


@pytest.mark.req("R5.3")
def test_the_sheet_proposes_the_batches_that_dispatch_then_takes():
    shipment = prepare(make_inspected(product=make_product(stock=3)))
    proposed = {row["batch"]: row["quantity"] for row in lay_out(shipment).batches}
    line = dispatch(shipment).lines.get()
    assert proposed == {each.batch: str(each.quantity) for each in line.batches.all()} and len(proposed) == 2


@pytest.mark.req("R5.3")
def test_the_sheet_is_a_paper_with_batches_report_and_packaging():
    shipment = prepare(make_inspected())
    lay_out(shipment)
    html = html_of(Document.objects.get(kind="preparation_sheet"), "zh-hans")
    for words in (str(shipment.order.number), "QC-1", "木箱完好", "服务器A型"):
        assert words in html


@pytest.mark.req("R5.3")
def test_a_sheet_without_report_or_packaging_is_refused():
    with pytest.raises(DomainError) as refused:
        lay_out(prepare(make_inspected()), inspection_report=" ", packaging="")
    assert set(refused.value.fields) == {"inspection_report", "packaging"}
    assert not Preparation.objects.exists() and not Document.objects.filter(kind="preparation_sheet").exists()


@pytest.mark.req("R6.1")
@pytest.mark.parametrize("missing", [None, *DeliveryCheck.ITEMS])
def test_nothing_leaves_before_everything_was_looked_at_and_in_order(missing):
    shipment = prepare(make_inspected())
    if missing:
        check_delivery(shipment, **{missing: False}, note="没有手册")
    with pytest.raises(DomainError) as refused:
        dispatch(shipment, checked=False)
    assert refused.value.code == "unchecked" and Shipment.objects.get().is_prepared
    assert shipment.order.lines.get().quantity_shipped == 0
    check_delivery(shipment)
    assert dispatch(shipment, checked=False).shipped_at


@pytest.mark.req("R6.1")
def test_what_is_not_in_order_needs_a_word():
    shipment = prepare(make_inspected())
    with pytest.raises(DomainError):
        check_delivery(shipment, vehicle=False)
    assert not DeliveryCheck.objects.exists()
    check_delivery(shipment)
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryCheck.objects.update(vehicle=False)


@pytest.mark.req("R5.4")
def test_a_shortage_is_work_of_inside_sales_and_production_and_the_customer_is_to_be_told():
    request = ask_dispatch(make_inspected())
    shipment = services.order_dispatch(dispatch_request=request, by=person(Role.INSIDE_SALES))
    shortage = report(shipment)
    items = open_items(shipment.order).filter(kind=WorkKind.SHORTAGE)
    assert {item.owner_role for item in items} == {Role.INSIDE_SALES, Role.PRODUCTION}
    assert {item.url for item in items} == {reverse("fulfillment:shortage-settle", args=[shortage.pk])}
    notice = CustomerNotice.objects.get()
    assert (notice.text, notice.new_date, notice.reason) == ("缺三台", LATER, "shortage")
    assert Notification.objects.filter(user=request.requested_by, text__contains="cannot leave as asked").exists()
    assert Shipment.objects.get().planned_date == LATER


@pytest.mark.req("R5.4")
@pytest.mark.parametrize("role", [Role.INSIDE_SALES, Role.PRODUCTION])
def test_either_department_settles_it_for_both(role):
    shortage = report(prepare(make_inspected()))
    services.settle_shortage(shortage=shortage, measure="夜班补做", by=person(role))
    assert not open_items(shortage.shipment.order).filter(kind=WorkKind.SHORTAGE).exists()
    with pytest.raises(Conflict):
        services.settle_shortage(shortage=shortage, measure="又一次", by=person(role))
    assert Shortage.objects.get().measure == "夜班补做"


@pytest.mark.req("R5.4")
def test_one_shortage_is_open_at_a_time_and_has_a_reason_and_a_day_to_come():
    shipment = prepare(make_inspected())
    for over in ({"reason": " "}, {"new_date": timezone.localdate() - timedelta(days=2)}):
        with pytest.raises(DomainError):
            report(shipment, **over)
    assert not Shortage.objects.exists() and not CustomerNotice.objects.exists()
    report(shipment)
    with pytest.raises(Conflict):
        report(shipment)


@pytest.mark.req("R5.3")
@pytest.mark.req("R6.1")
def test_the_way_through_the_pages():
    shipment = prepare(make_inspected())
    packer, maker = client_of(Role.WAREHOUSE), client_of(Role.PRODUCTION)

    def at(name):
        return reverse(f"fulfillment:{name}", args=[shipment.pk])

    assert str(shipment.order.number) in packer.get(at("shipment-prepare")).content.decode()
    asked = {"inspection_report": "QC-1", "packaging": "木箱"}
    assert packer.post(at("shipment-prepare"), asked).status_code == 302
    assert "before it leaves" in packer.get(at("shipment-dispatch")).content.decode()
    checked = dict.fromkeys(DeliveryCheck.ITEMS, "on")
    assert packer.post(at("shipment-check"), checked).status_code == 302
    short = {"reason": "缺货", "new_date": LATER.isoformat()}
    assert packer.post(at("shipment-shortage"), short).status_code == 302
    settle = reverse("fulfillment:shortage-settle", args=[Shortage.objects.get().pk])
    assert "缺货" in maker.get(settle).content.decode()
    assert maker.post(settle, {"measure": "加班"}).status_code == 302
    page = packer.get(shipment.get_absolute_url()).content.decode()
    assert "QC-1" in page and "加班" in page
