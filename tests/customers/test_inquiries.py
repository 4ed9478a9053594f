"""Inquiries: recorded with needs and analysis, handed over as work with a clock, answered (R1.1, R1.2)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from customers.choices import Channel, InquiryStatus
from customers.models import Inquiry
from customers.services import answer_inquiry, close_inquiry, hand_over_inquiry
from tests.core.factories import at_once
from tests.customers.factories import make_inquiry, need
from tests.factories import make_customer, make_product, make_user, person
from workflow.choices import WorkKind
from workflow.models import Notification, WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.1")]


def work(inquiry: Inquiry) -> list[WorkItem]:
    return list(WorkItem.objects.open().filter(kind=WorkKind.INQUIRY, subject_id=inquiry.pk))


def fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)


def answer(inquiry: Inquiry, **over: Any) -> Inquiry:
    values = {"answer": "有货，两周交付", "channel": Channel.PHONE, "by": person(Role.SALES), **over}
    return answer_inquiry(inquiry=inquiry, **values)


# ---- recording


@pytest.mark.sqlite
def test_an_inquiry_keeps_who_asks_by_which_channel_and_for_what():
    product = make_product()
    wanted = timezone.localdate() + timedelta(days=30)
    inquiry = make_inquiry(
        channel=Channel.EMAIL, customer=make_customer(), lines=(need(product=product, description=""), need()),
        wanted_date=wanted, service_needs="上门安装", analysis="扩容，预算十万",
    )  # fmt: skip
    inquiry = fresh(inquiry)
    assert (inquiry.number[:1], inquiry.status, inquiry.channel) == ("E", InquiryStatus.NEW, Channel.EMAIL)
    assert [(line.position, line.description) for line in inquiry.lines.all()] == [(1, "服务器A型"), (2, "服务器")]
    assert (inquiry.wanted_date, inquiry.service_needs, inquiry.analysis) == (wanted, "上门安装", "扩容，预算十万")
    assert [item.owner for item in work(inquiry)] == [person(Role.SERVICE)]


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"channel": "fax"}, "channel"),
        ({"prospect_name": " "}, "prospect_name"),
        ({"contact_phone": "", "contact_email": ""}, "contact_phone"),
        ({"lines": ()}, "service_needs"),
        ({"is_special": True}, "salesperson"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(over, field):
    with pytest.raises(DomainError) as refused:
        make_inquiry(**over)
    assert field in refused.value.fields
    assert not Inquiry.objects.exists() and not WorkItem.objects.exists()


# ---- handing over


@pytest.mark.req("R1.2")
def test_a_special_inquiry_is_the_named_salespersons_work_until_it_is_answered():
    seller = person(Role.SALES)
    inquiry = make_inquiry(is_special=True, salesperson=seller)
    (item,) = work(inquiry)
    assert (item.owner, inquiry.status) == (seller, InquiryStatus.HANDED_OVER)
    assert item.due_at > timezone.now() and item.next_check_at
    assert Notification.objects.filter(user=seller, subject_id=inquiry.pk).exists()
    answer(inquiry)
    assert work(inquiry) == []
    inquiry = fresh(inquiry)
    assert (inquiry.status, inquiry.answered_by, inquiry.answer) == ("answered", seller, "有货，两周交付")


@pytest.mark.req("R1.2")
def test_while_it_is_with_a_salesperson_nobody_else_answers_but_a_manager():
    inquiry = make_inquiry(salesperson=person(Role.SALES))
    for other in (person(Role.SERVICE), person(Role.INSIDE_SALES)):
        with pytest.raises(NotPermitted):
            answer(inquiry, by=other)
        with pytest.raises(NotPermitted):
            close_inquiry(inquiry=inquiry, reason="x", by=other)
    assert fresh(inquiry).status == InquiryStatus.HANDED_OVER and len(work(inquiry)) == 1
    answer(inquiry, by=person(Role.SALES_MANAGER))


@pytest.mark.req("R1.2")
def test_handing_on_moves_the_work_and_starts_the_clock_anew():
    inquiry = make_inquiry(salesperson=person(Role.SALES))
    second = make_user(Role.SALES)
    hand_over_inquiry(inquiry=inquiry, salesperson=second, by=person(Role.SERVICE))
    assert [item.owner for item in work(inquiry)] == [second]
    with pytest.raises(Conflict):
        hand_over_inquiry(inquiry=inquiry, salesperson=second, by=person(Role.SERVICE))
    with pytest.raises(DomainError):
        hand_over_inquiry(inquiry=inquiry, salesperson=person(Role.WAREHOUSE), by=person(Role.SERVICE))
    assert [item.owner for item in work(inquiry)] == [second]


def test_a_simple_one_is_answered_by_whoever_took_it():
    inquiry = make_inquiry()
    answer(inquiry, by=person(Role.SERVICE))
    with pytest.raises(Conflict):
        answer(inquiry, by=person(Role.SERVICE))
    assert work(inquiry) == []


def test_it_is_closed_with_a_reason_only_and_is_work_no_more():
    inquiry = make_inquiry()
    with pytest.raises(DomainError):
        close_inquiry(inquiry=inquiry, reason=" ", by=person(Role.SERVICE))
    assert fresh(inquiry).status == InquiryStatus.NEW
    close_inquiry(inquiry=inquiry, reason="只是打听", by=person(Role.SERVICE))
    assert (fresh(inquiry).close_reason, work(inquiry)) == ("只是打听", [])
    with pytest.raises(Conflict):
        answer(inquiry, by=person(Role.SERVICE))


@pytest.mark.req("R13.7")
def test_a_salesperson_sees_what_is_theirs_and_nothing_else():
    seller, stranger = person(Role.SALES), make_user(Role.SALES)
    handed = make_inquiry(salesperson=seller)
    of_the_own_customer = make_inquiry(customer=make_customer(owner=seller))
    others = make_inquiry()
    assert set(Inquiry.objects.visible_to(seller)) == {handed, of_the_own_customer}
    assert not Inquiry.objects.visible_to(stranger).exists()
    assert Inquiry.objects.visible_to(person(Role.SUPERVISION)).count() == 3
    with pytest.raises(NotPermitted):
        answer(others, by=stranger)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("R1.2")
def test_two_who_answer_at_once_answer_once():
    service, manager, _seller = person(Role.SERVICE), person(Role.SALES_MANAGER), person(Role.SALES)
    inquiry = make_inquiry(by=service)
    results = at_once(2, lambda i: answer(inquiry, by=(service, manager)[i], answer=f"answer {i}"))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Inquiry"], results
    assert AuditEntry.objects.filter(action="inquiry.answered").count() == 1


# ---- pages


def desk(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def form(**over: Any) -> dict[str, Any]:
    return {
        "channel": "phone", "prospect_name": "新来科技", "contact_name": "何先生", "contact_phone": "13911112222",
        "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-description": "服务器", "lines-0-quantity": "3",
        **over,
    }  # fmt: skip


def test_an_inquiry_is_recorded_on_its_page():
    product, seller = make_product(code="S-009"), person(Role.SALES)
    data = form(is_special="on", salesperson=seller.pk, **{"lines-0-description": "S-009 服务器A型"})
    response = desk(Role.SERVICE).post("/customers/inquiries/new/", data)
    inquiry = Inquiry.objects.get()
    assert response["Location"] == f"/customers/inquiries/{inquiry.pk}/"
    assert (inquiry.lines.get().product, inquiry.salesperson) == (product, seller)
    shown = desk(Role.SALES).get(f"/customers/inquiries/{inquiry.pk}/").content.decode()
    assert "13911112222" in shown and "/answer/" in shown


def test_what_the_form_refuses_stays_typed():
    response = desk(Role.SERVICE).post("/customers/inquiries/new/", form(is_special="on"))
    assert response.status_code == 422
    assert "name one" in response.content.decode() and "新来科技" in response.content.decode()
    assert not Inquiry.objects.exists()


@pytest.mark.req("R1.2")
def test_from_the_inbox_to_the_answer():
    inquiry = make_inquiry(salesperson=person(Role.SALES))
    client = desk(Role.SALES)
    inbox = client.get("/").content.decode()
    assert f"/customers/inquiries/{inquiry.pk}/" in inbox and "新来科技有限公司" in inbox
    url = f"/customers/inquiries/{inquiry.pk}/answer/"
    assert client.post(url, {"channel": "email", "answer": ""}).status_code == 422
    assert client.post(url, {"channel": "email", "answer": "已报价"}).status_code == 302
    assert "已报价" in client.get(f"/customers/inquiries/{inquiry.pk}/").content.decode()


@pytest.mark.req("R1.6")
def test_whom_to_call_is_masked_for_who_has_no_part_in_it():
    inquiry = make_inquiry(salesperson=person(Role.SALES))
    for role, reads in ((Role.SUPERVISION, False), (Role.ADMIN, False), (Role.SERVICE, True), (Role.SALES, True)):
        page = desk(role).get(f"/customers/inquiries/{inquiry.pk}/").content.decode()
        assert ("13911112222" in page) == reads, role


def test_the_list_has_its_views():
    seller = person(Role.SALES)
    mine, other = make_inquiry(salesperson=seller), make_inquiry(prospect_name="别家公司")
    closed = make_inquiry()
    close_inquiry(inquiry=closed, reason="x", by=person(Role.SERVICE))
    client = desk(Role.SERVICE)

    def found(query: str, who: Client = client) -> set[Any]:
        return {row.obj for row in who.get(f"/customers/inquiries/?{query}").context["rows"]}

    assert found("open=true") == {mine, other}
    assert found("q=别家") == {other}
    assert found("status=closed") == {closed}
    assert found("mine=true", desk(Role.SALES)) == {mine}


def test_list_and_page_cost_the_same_for_many():
    client = desk(Role.SERVICE)
    customer = make_customer()
    inquiry = make_inquiry(customer=customer, salesperson=person(Role.SALES))

    def costs() -> list[int]:
        found = []
        for url in ("/customers/inquiries/", f"/customers/inquiries/{inquiry.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    costs()
    few = costs()
    for _ in range(8):
        make_inquiry(customer=make_customer(owner=person(Role.SALES)), lines=tuple(need() for _ in range(9)))
    assert costs() == few
    assert few[0] <= 9 and few[1] <= 20
