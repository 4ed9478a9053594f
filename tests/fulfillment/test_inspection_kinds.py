"""Incoming and in-process inspection, items with limits, photos (R4.9)."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from catalog.models import ProductFamily, StockLot
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment
from fulfillment import services
from fulfillment.models import Inspection, InspectionTemplate, PlanStep
from fulfillment.services import CheckFinding, ItemFinding
from tests.factories import client_of, fresh, make_order, make_product, make_user, person
from tests.fulfillment.factories import (
    inspect,
    inspect_step,
    make_item,
    make_step_template,
    picture,
    start_inspected_step,
)
from workflow.choices import WorkKind
from workflow.services import active_holds, open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9")]


def measured(item, number, remark=""):
    return ItemFinding(True, remark, {item.pk: CheckFinding(measured=number)})


@pytest.mark.sqlite
def test_a_step_that_quality_looks_at_is_not_finished_before_it_passed():
    step = start_inspected_step()
    order, maker = step.order_line.order, person(Role.PRODUCTION)
    assert open_items(order).get(kind=WorkKind.IN_PROCESS_INSPECTION).owner_role == Role.QUALITY
    with pytest.raises(DomainError):
        services.finish_step(step=step, by=maker)
    inspect_step(step)
    assert not open_items(order).filter(kind=WorkKind.IN_PROCESS_INSPECTION).exists()
    assert services.finish_step(step=step, by=maker).finished_at
    assert fresh(order).inspection_passed_at is None  # a step passed is not the order passed


@pytest.mark.parametrize("content", [b"<script>alert(1)</script>", b"MZ\x90\x00", b""])
def test_a_photo_that_is_none_is_refused_and_nothing_is_recorded(content):
    step = start_inspected_step()
    with pytest.raises(DomainError):
        inspect_step(step, photos=[SimpleUploadedFile("crate.jpg", content, "image/jpeg")])
    assert not Inspection.objects.exists() and not Attachment.objects.exists()
    assert open_items(step.order_line.order).filter(kind=WorkKind.IN_PROCESS_INSPECTION).exists()


def test_only_a_step_under_way_is_inspected():
    make_step_template(1, is_inspected=True)
    make_order("in_production")
    with pytest.raises(Conflict):
        inspect_step(PlanStep.objects.get())
    assert not Inspection.objects.exists()


@pytest.mark.parametrize(
    ("number", "passed"), [("4.75", True), ("5.25", True), ("4.749", False), ("5.251", False), ("-5", False)]
)
def test_a_measure_is_judged_by_its_limits_whatever_was_said(number, passed):
    step = start_inspected_step()
    item = make_item(item="输出电压", minimum=Decimal("4.75"), maximum=Decimal("5.25"), unit="V")
    found = inspect_step(step, findings={step.order_line_id: measured(item, number)})
    check = found.items[0]["checks"][0]
    assert (found.result == "passed", check["passed"], check["measured"]) == (passed, passed, number)


@pytest.mark.parametrize("number", ["", "about five", "NaN", "Infinity"])
def test_what_is_measured_is_a_number(number):
    step = start_inspected_step()
    item = make_item(maximum=Decimal(5))
    with pytest.raises(DomainError) as refused:
        inspect_step(step, findings={step.order_line_id: measured(item, number)})
    assert set(refused.value.fields) == {f"measured_{item.pk}_{step.order_line_id}"}
    assert not Inspection.objects.exists()


def test_every_item_is_answered_and_one_that_fails_fails_the_goods():
    order = make_order("in_production")
    items = [make_item("final", name, number) for number, name in enumerate(("外观", "铭牌"), 1)]
    line = order.lines.get()
    with pytest.raises(DomainError) as refused:
        inspect(order, findings={line.pk: ItemFinding(True, checks={items[0].pk: CheckFinding(True)})})
    assert set(refused.value.fields) == {f"check_{items[1].pk}_{line.pk}"}
    checks = {items[0].pk: CheckFinding(True), items[1].pk: CheckFinding(False, "缺失")}
    assert inspect(order, findings={line.pk: ItemFinding(True, checks=checks)}).result == "failed"
    assert fresh(order).inspection_passed_at is None


def test_the_items_of_the_family_come_before_those_of_all():
    family = ProductFamily.objects.create(code="S", name="服务器")
    product = make_product(family=family)
    make_item("final", "外观")
    own = make_item("final", "老化", family=family)
    order = make_order("in_production", product=product)
    line = order.lines.get()
    found = inspect(order, findings={line.pk: ItemFinding(True, checks={own.pk: CheckFinding(True)})})
    assert [check["item"] for check in found.items[0]["checks"]] == ["老化"]


def test_what_was_inspected_stays_when_the_item_changes():
    order = make_order("in_production")
    item = make_item("final", "外观", standard="无划痕")
    finding = ItemFinding(True, checks={item.pk: CheckFinding(True)})
    found = inspect(order, findings={order.lines.get().pk: finding})
    make_item("final", "外观", standard="允许轻微划痕", template=item)
    found.refresh_from_db()
    assert found.items[0]["checks"][0]["standard"] == "无划痕"


def test_a_received_batch_is_inspected_with_photos():
    lot = StockLot.objects.get(product=make_product(stock=20))
    found = services.record_inspection(
        lot=lot, findings={0: ItemFinding(False, "包装破损")}, photos=[picture()], by=person(Role.QUALITY)
    )
    assert (found.kind, found.lot, found.order) == ("incoming", lot, None)
    assert Attachment.objects.get().subject_id == found.pk


def test_a_failed_step_holds_its_order_where_quality_says_so():
    step = start_inspected_step()
    inspect_step(step, passed=False, hold=True)
    assert [hold.kind for hold in active_holds(step.order_line.order)] == ["quality"]


def test_the_database_knows_one_thing_for_each_inspection():
    step = start_inspected_step()
    found = inspect_step(step)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.filter(pk=found.pk).update(kind="final")
    item = make_item(minimum=Decimal(1), maximum=Decimal(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        InspectionTemplate.objects.filter(pk=item.pk).update(maximum=0)


def test_two_items_never_stand_at_one_place_and_limits_are_in_order():
    make_item()
    with pytest.raises(DomainError) as refused:
        make_item(item="", minimum=Decimal(2), maximum=Decimal(1))
    assert set(refused.value.fields) == {"position", "item", "maximum"}
    assert InspectionTemplate.objects.get().item == "耐压"


def test_in_the_browser_the_form_asks_for_each_item_and_the_page_shows_what_was_found():
    step = start_inspected_step()
    volts, look = make_item(item="输出电压", minimum=Decimal("4.75"), unit="V"), make_item(item="外观", position=2)
    line, browser = step.order_line_id, client_of(Role.QUALITY)
    address = reverse("fulfillment:step-inspection", args=[step.pk])
    assert "≥ 4.75 V" in browser.get(address).content.decode()
    given = {f"measured_{volts.pk}_{line}": "4.8", f"check_{look.pk}_{line}": "failed", "photos": picture()}
    assert browser.post(address, given).status_code == 302
    found = Inspection.objects.get()
    page = browser.get(found.get_absolute_url()).content.decode()
    assert "4.8 V" in page and "crate.jpg" in page and found.result == "failed"
    given |= {f"check_{look.pk}_{line}": "passed", f"measured_{volts.pk}_{line}": ""}
    assert browser.post(address, given).status_code == 422


def test_the_pages_of_lots_and_of_what_was_bought_open():
    lot = StockLot.objects.get(product=make_product(stock=2))
    browser = client_of(Role.QUALITY)
    address = reverse("fulfillment:lot-inspection", args=[lot.pk])
    assert address in browser.get(reverse("catalog:product-detail", args=[lot.product_id])).content.decode()
    assert browser.post(address, {"result_0": "passed"}).status_code == 302
    assert Inspection.objects.get().result == "passed"


def test_lists_and_items_cost_the_same_with_many(django_assert_max_num_queries):
    browser, product = client_of(Role.QUALITY), make_product(stock=1000)
    for number in (1, 5):
        for _ in range(number):
            inspect(make_order("in_production", product=product))
        with django_assert_max_num_queries(12):
            assert browser.get(reverse("fulfillment:inspection-list")).status_code == 200
    found = Inspection.objects.first()
    with django_assert_max_num_queries(12):
        browser.get(found.get_absolute_url())


@pytest.mark.req("R4.9")
def test_nobody_inspects_the_step_of_his_own():
    make_step_template(1, "老化测试", Role.QUALITY, is_inspected=True)
    order = make_order("in_production")
    step = PlanStep.objects.get()
    tester, colleague = make_user(Role.QUALITY), make_user(Role.QUALITY)
    services.start_step(step=step, by=tester)
    found = {order.lines.get().pk: services.ItemFinding(True)}
    with pytest.raises(NotPermitted) as refused:
        services.record_inspection(step=step, findings=found, by=tester)
    assert refused.value.code == "four_eyes" and not Inspection.objects.exists()
    browser = Client()
    browser.force_login(tester)
    page = browser.get(reverse("fulfillment:step-inspection", args=[step.pk]))
    assert [reason.code for reason in page.context["reasons"]] == ["four_eyes"]
    assert services.record_inspection(step=step, findings=found, by=colleague).result == "passed"
