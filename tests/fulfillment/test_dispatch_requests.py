"""Sales asks, inside sales checks against the order and issues or sends back (R5.2)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.documents.rendering import html_of
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document
from fulfillment import services
from fulfillment.comparison import differences
from fulfillment.models import DispatchRequest, Shipment
from orders.services import grant_order_waiver
from tests.factories import PREPAID, client_of, make_order, make_user, person
from tests.fulfillment.factories import ask_dispatch, make_carrier, make_inspected, prepare, send_back
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.2")]


def issue(request, **over):
    values = {"carrier": "德邦", "by": person(Role.INSIDE_SALES), **over}
    return services.order_dispatch(dispatch_request=request, **values)


def again(request):
    return DispatchRequest.objects.get(pk=request.pk)


def work(order, kind):
    return open_items(order).filter(kind=kind).first()


def test_a_request_takes_what_it_does_not_say_from_the_order_and_waits_for_inside_sales():
    order = make_inspected()
    request = ask_dispatch(order)
    assert (request.receiver, request.address) == (order.receiver or order.contact_name, order.delivery_address)
    item = work(order, WorkKind.DISPATCH_CHECK)
    assert item.owner_role == Role.INSIDE_SALES
    assert item.url == reverse("fulfillment:request-order", args=[request.pk])


def test_inside_sales_issues_the_dispatch_order_with_everything_asked_for():
    request = ask_dispatch(make_inspected(), labels="易碎", special_needs="尾板车", address="天津港3号")
    shipment = issue(request)
    assert (shipment.labels, shipment.papers, shipment.remarks) == ("易碎", "说明书、检验报告", "尾板车")
    assert shipment.address == "天津港3号" and shipment.lines.get().quantity == 4
    assert shipment.planned_date == request.wanted_date and again(request).shipment == shipment
    assert not work(request.order, WorkKind.DISPATCH_CHECK)
    assert Notification.objects.filter(user=request.requested_by, text__contains="was issued").exists()


@pytest.mark.req("R5.7")
def test_the_dispatch_order_of_a_request_goes_with_a_carrier_under_contract():
    carrier, request = make_carrier(), ask_dispatch(make_inspected())
    browser, address = client_of(Role.INSIDE_SALES), reverse("fulfillment:request-order", args=[request.pk])
    assert list(browser.get(address).context["form"].fields["carrier_ref"].queryset) == [carrier]
    browser.post(address, {"carrier_ref": carrier.pk, "mode": "road"})
    shipment = again(request).shipment
    assert (shipment.carrier_ref, shipment.carrier) == (carrier, carrier.name)


def test_the_dispatch_order_is_a_paper_with_labels_and_papers_but_no_price():
    shipment = issue(ask_dispatch(make_inspected(), labels="易碎"))
    html = html_of(Document.objects.get(kind="dispatch_order"), "zh-hans")
    assert shipment.number in html and "易碎" in html and "说明书、检验报告" in html and "5,000" not in html


@pytest.mark.req("R14.4")
def test_the_special_approval_stands_on_the_dispatch_order_of_unpaid_goods():
    order = make_inspected(terms=PREPAID)
    grant_order_waiver(order=order, gate="payment", reason="年度框架客户", by=person(Role.GENERAL_MANAGER))
    issue(ask_dispatch(order))
    assert "年度框架客户" in html_of(Document.objects.get(kind="dispatch_order"), "en")


@pytest.mark.req("R5.1")
def test_no_dispatch_order_comes_of_a_request_while_money_is_missing():
    request = ask_dispatch(make_inspected(terms=PREPAID))
    with pytest.raises(DomainError) as refused:
        issue(request)
    assert refused.value.code == "blocked" and not Shipment.objects.exists() and again(request).is_requested


def test_a_request_sent_back_is_work_of_who_asked_until_it_is_handed_in_again():
    request = send_back(ask_dispatch(make_inspected()), "电话不通")
    item = work(request.order, WorkKind.RETURNED_DISPATCH)
    assert item.owner == request.requested_by and item.title == "电话不通"
    line = request.order.lines.get()
    wanted = services.Wanted(wanted_date=timezone.localdate(), receiver_phone="13900001111")
    corrected = services.correct_dispatch_request(
        dispatch_request=request, quantities={line.pk: Decimal(6)}, wanted=wanted, by=request.requested_by
    )
    assert corrected.lines.get().quantity == 6 and corrected.receiver_phone == "13900001111"
    assert corrected.checked_by is None
    assert not work(request.order, WorkKind.RETURNED_DISPATCH) and work(request.order, WorkKind.DISPATCH_CHECK)


def test_sending_back_needs_a_reason():
    request = ask_dispatch(make_inspected())
    with pytest.raises(DomainError):
        send_back(request, " ")
    assert again(request).is_requested


def test_more_than_is_left_beside_dispatch_orders_and_other_requests_is_refused():
    order = make_inspected()
    prepare(order, 3)
    ask_dispatch(order, 4)
    with pytest.raises(DomainError) as refused:
        ask_dispatch(order, 4)
    assert refused.value.code == "quantity" and DispatchRequest.objects.count() == 1
    assert ask_dispatch(order, 3)


@pytest.mark.parametrize("over", [{"wanted_date": timezone.localdate() - timedelta(days=2)}])
def test_a_day_that_is_past_is_refused(over):
    order = make_inspected()
    with pytest.raises(DomainError) as refused:
        ask_dispatch(order, **over)
    assert set(refused.value.fields) == {"wanted_date"} and not DispatchRequest.objects.exists()


def test_nothing_is_asked_for_before_approval():
    order = make_order("reviewed")
    with pytest.raises(Conflict):
        ask_dispatch(order)


def test_nobody_checks_what_they_asked_for():
    both = make_user(Role.SALES_MANAGER, Role.INSIDE_SALES)
    request = ask_dispatch(make_inspected(), by=both)
    for act in (lambda: issue(request, by=both),
                lambda: services.return_dispatch_request(dispatch_request=request, reason="x", by=both)):  # fmt: skip
        with pytest.raises(NotPermitted):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        DispatchRequest.objects.update(checked_by=both)


def test_a_request_is_ordered_once_and_withdrawn_only_while_open():
    request = ask_dispatch(make_inspected())
    issue(request)
    for act in (lambda: issue(request), lambda: send_back(request)):
        with pytest.raises(Conflict):
            act()
    with pytest.raises(Conflict):
        services.withdraw_dispatch_request(dispatch_request=request, reason="x", by=request.requested_by)
    assert Shipment.objects.count() == 1


def test_a_withdrawn_request_frees_its_goods_and_nobody_has_it_to_do():
    request = ask_dispatch(make_inspected(), 10)
    services.withdraw_dispatch_request(dispatch_request=request, reason="客户改期", by=request.requested_by)
    assert not work(request.order, WorkKind.DISPATCH_CHECK)
    assert ask_dispatch(request.order, 10)


def test_the_differences_from_the_order_are_named_and_persons_masked():
    request = ask_dispatch(make_inspected(), address="天津港3号", receiver_phone="13900001111")
    found = {each.what: each for each in differences(request, reads_persons=False)}
    assert found["Delivery address"].asked == "天津港3号" and found["Delivery address"].ordered == "北京市海淀区1号"
    assert found["Receiver's telephone"].asked == "139****11"
    assert not differences(ask_dispatch(make_inspected(), wanted_date=timezone.localdate() + timedelta(days=90)),
                           reads_persons=True)  # fmt: skip


def test_the_way_through_the_pages():
    order = make_inspected()
    seller, checker = client_of(Role.SALES), client_of(Role.INSIDE_SALES)
    line = order.lines.get()
    asked = {
        "wanted_date": timezone.localdate().isoformat(), "labels": "向上", "papers": "合格证", "receiver": "李明",
        "receiver_phone": "13900001111", "address": "天津港3号", f"quantity_{line.pk}": "5",
    }  # fmt: skip
    address = reverse("fulfillment:request-create", args=[order.pk])
    assert "Ask for dispatch" in seller.get(address).content.decode()
    assert seller.post(address, asked).status_code == 302
    request = DispatchRequest.objects.get()
    check = reverse("fulfillment:request-order", args=[request.pk])
    assert "天津港3号" in checker.get(check).content.decode()
    back = reverse("fulfillment:request-return", args=[request.pk])
    assert checker.post(back, {"reason": "少两件"}).status_code == 302
    correct = reverse("fulfillment:request-correct", args=[request.pk])
    assert "少两件" in seller.get(correct).content.decode()
    assert seller.post(correct, asked | {f"quantity_{line.pk}": "7"}).status_code == 302
    assert checker.post(check, {"mode": "road", "carrier": "德邦"}).status_code == 302
    assert Shipment.objects.get().lines.get().quantity == 7
    assert request.number in seller.get(order.get_absolute_url()).content.decode()


def test_the_list_and_the_page_cost_the_same_with_many(django_assert_max_num_queries):
    order = make_inspected()
    request = ask_dispatch(order, 1)
    reader = client_of(Role.INSIDE_SALES)

    def cost():
        with django_assert_max_num_queries(14):
            reader.get(reverse("fulfillment:request-list"))
        with django_assert_max_num_queries(22):
            reader.get(request.get_absolute_url())

    cost()
    for _ in range(5):
        ask_dispatch(order, 1)
    cost()
