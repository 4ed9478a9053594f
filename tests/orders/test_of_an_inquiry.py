"""An inquiry becomes an order in one act, nothing typed twice, and once (R1.3)."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, NotPermitted
from core.models import AuditEntry
from customers.choices import Channel, InquiryStatus
from customers.models import Customer, Inquiry
from customers.services import close_inquiry
from orders import services
from orders.models import Order, Quotation
from orders.services import inquiries
from orders.specs import LineSpec
from tests.core.factories import at_once
from tests.customers.factories import make_inquiry, need
from tests.factories import make_customer, make_order, make_product, make_user, person
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.3")]


def convert(inquiry: Inquiry, **over: Any) -> Order:
    return services.order_inquiry(inquiry=inquiry, **{"by": person(Role.SALES), **over})


@pytest.fixture
def seller(db: None) -> Any:
    return person(Role.SALES)


@pytest.mark.sqlite
def test_somebody_new_becomes_customer_and_order_in_one_act(seller):
    product, wanted = make_product(), timezone.localdate() + timedelta(days=40)
    inquiry = make_inquiry(
        channel=Channel.VISIT, contact_email="he@example.com", salesperson=seller, wanted_date=wanted,
        service_needs="上门安装", lines=(need(product=product, quantity=Decimal(4)), need(description="支架")),
    )  # fmt: skip
    order = convert(inquiry)
    customer = order.buyer
    assert (customer.name, customer.owner) == ("新来科技有限公司", seller)
    contact = customer.contacts.get()
    assert (contact.name, contact.phone, contact.email) == ("何先生", "13911112222", "he@example.com")
    assert (order.status, order.contact_name, order.contact_phone) == ("draft", "何先生", "13911112222")
    assert (order.source, order.requested_date, order.remarks) == ("visit", wanted, "上门安装")
    lines = order.lines.all()
    assert [(line.product, line.description, line.quantity, line.unit_price) for line in lines] == [
        (product, "服务器", Decimal(4), Decimal(5000)), (None, "支架", Decimal(3), Decimal(0)),
    ]  # fmt: skip
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.converted_id, inquiry.customer) == (InquiryStatus.CONVERTED, order.pk, customer)
    assert Order.objects.get().inquiry == inquiry
    assert not WorkItem.objects.open().filter(kind=WorkKind.INQUIRY).exists()


def test_a_known_customer_pays_what_it_paid_last(seller):
    customer, product, other = (
        make_customer(owner=seller),
        make_product(),
        make_product(list_price=Decimal(70), floor_price=Decimal(60)),
    )
    for price in (4800, 4700):
        make_order(customer=customer, lines=[LineSpec(Decimal(1), Decimal(price), product=product)])
    make_order("draft", customer=customer, lines=[LineSpec(Decimal(1), Decimal(1), product=product)])
    make_order(lines=[LineSpec(Decimal(1), Decimal(2), product=product)])  # somebody else's price
    inquiry = make_inquiry(customer=customer, lines=(need(product=product), need(product=other)))
    order = convert(inquiry)
    assert [line.unit_price for line in order.lines.all()] == [Decimal(4700), Decimal(70)]
    assert order.delivery_address == "北京市海淀区1号"


def test_somebody_new_who_is_known_after_all_is_not_entered_twice(seller):
    known = make_customer(owner=seller)
    order = convert(make_inquiry(salesperson=seller), customer=known)
    assert order.customer == known and Customer.objects.count() == 1


def test_a_second_time_and_after_closing_it_is_refused(seller):
    inquiry = make_inquiry(salesperson=seller)
    convert(inquiry)
    with pytest.raises(Conflict, match="converted"):
        convert(inquiry)
    closed = make_inquiry(salesperson=seller)
    close_inquiry(inquiry=closed, reason="x", by=seller)
    with pytest.raises(Conflict, match="status"):
        convert(closed)
    assert Order.objects.count() == Customer.objects.count() == 1


def test_who_does_not_see_it_makes_nothing_of_it(seller):
    inquiry = make_inquiry(salesperson=seller)
    for other in (make_user(Role.SALES), person(Role.WAREHOUSE)):
        with pytest.raises(NotPermitted):
            convert(inquiry, by=other)
    assert not Order.objects.exists() and Inquiry.objects.get().status == InquiryStatus.HANDED_OVER


@pytest.mark.req("R1.2")
@pytest.mark.parametrize("act", [services.order_inquiry, services.quote_inquiry])
def test_what_is_with_a_salesperson_others_turn_into_nothing(seller, act):
    inquiry, other = make_inquiry(salesperson=seller), person(Role.INSIDE_SALES)
    with pytest.raises(NotPermitted, match="handed_over"):
        act(inquiry=inquiry, by=other)
    assert not Order.objects.exists() and not Quotation.objects.exists() and not Customer.objects.exists()
    client = Client()
    client.force_login(other)
    for page in (f"/orders/of-inquiry/{inquiry.pk}/", f"/orders/quotations/of-inquiry/{inquiry.pk}/"):
        assert "has this inquiry. Ask them" in client.get(page).content.decode()


def test_a_copy_of_the_order_is_of_no_inquiry(seller):
    copy = services.copy_order(order=convert(make_inquiry(salesperson=seller)), by=seller)
    assert copy.inquiry is None


def test_from_the_inquirys_page_to_the_entry_form(seller):
    client = Client()
    client.force_login(seller)
    inquiry = make_inquiry(salesperson=seller)
    url = f"/orders/of-inquiry/{inquiry.pk}/"
    assert url in client.get(f"/customers/inquiries/{inquiry.pk}/").content.decode()
    answer = client.post(url, {"customer_text": "没有这家"})
    assert answer.status_code == 422 and not Order.objects.exists()
    answer = client.post(url, {"customer_text": ""})
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.pk}/edit/"
    assert f"/orders/{order.pk}/" in client.get(f"/customers/inquiries/{inquiry.pk}/").content.decode()
    assert f"/customers/inquiries/{inquiry.pk}/" in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.post(url, {}).status_code == 409


# ---- two at once


@pytest.mark.django_db(transaction=True)
def test_two_who_turn_it_into_an_order_make_one():
    seller, manager = person(Role.SALES), person(Role.SALES_MANAGER)
    inquiry = make_inquiry(salesperson=seller)
    results = at_once(2, lambda i: convert(inquiry, by=(seller, manager)[i]))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Order"]
    assert Order.objects.count() == Customer.objects.count() == 1
    assert AuditEntry.objects.filter(action="inquiry.converted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_index_still_keeps_the_second_order_out(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    # `confirmed`: else the second is stopped earlier, as a likely twin of the first one's customer.
    both_read = threading.Barrier(2, timeout=20)

    def stale(inquiry: Inquiry, **_kwargs: Any) -> Inquiry:
        found = Inquiry.objects.select_related("customer", "salesperson").get(pk=inquiry.pk)
        both_read.wait()
        return found

    seller, manager = person(Role.SALES), person(Role.SALES_MANAGER)
    inquiry = make_inquiry(salesperson=seller)
    monkeypatch.setattr(inquiries, "lock_inquiry", stale)
    results = at_once(2, lambda i: convert(inquiry, by=(seller, manager)[i], confirmed=True))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "Order"]
    assert isinstance(next(r for r in results if not isinstance(r, Order)), IntegrityError)
    assert Order.objects.count() == Customer.objects.count() == 1


def test_an_inquiry_becomes_a_quotation_with_nothing_typed_twice(seller):
    product, wanted = make_product(), timezone.localdate() + timedelta(days=40)
    inquiry = make_inquiry(
        contact_email="he@example.com", salesperson=seller, wanted_date=wanted, service_needs="上门安装",
        lines=(need(product=product, quantity=Decimal(4)),),
    )  # fmt: skip
    quotation = services.quote_inquiry(inquiry=inquiry, by=seller)
    assert (quotation.status, quotation.buyer.name) == ("draft", "新来科技有限公司")
    assert (quotation.contact_name, quotation.contact_email) == ("何先生", "he@example.com")
    assert (quotation.lead_time_days, quotation.remarks, quotation.amount) == (40, "上门安装", Decimal(20_000))
    inquiry = Inquiry.objects.get()
    assert (inquiry.status, inquiry.conversion, inquiry.converted_id) == ("converted", "quotation", quotation.pk)


@pytest.mark.parametrize("second", ["order_inquiry", "quote_inquiry"])
def test_what_was_quoted_becomes_neither_an_order_nor_another_quotation(seller, second):
    inquiry = make_inquiry(salesperson=seller)
    services.quote_inquiry(inquiry=inquiry, by=seller)
    with pytest.raises(Conflict):
        getattr(services, second)(inquiry=inquiry, by=seller)
    assert (Order.objects.count(), Quotation.objects.count()) == (0, 1)


def test_the_page_of_an_inquiry_leads_to_its_quotation(seller):
    inquiry = make_inquiry(salesperson=seller)
    client = Client()
    client.force_login(seller)
    page, url = f"/customers/inquiries/{inquiry.pk}/", f"/orders/quotations/of-inquiry/{inquiry.pk}/"
    assert url in client.get(page).content.decode()
    where = client.post(url)["Location"]
    quotation = Quotation.objects.get()
    assert where == f"/orders/quotations/{quotation.pk}/edit/"
    assert quotation.number in client.get(page).content.decode()
