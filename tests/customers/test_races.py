"""Two people, one application or inquiry, the same moment, on real connections; beside each the same with the lock
off (R13.1)."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from accounts.choices import Role
from core.errors import Conflict
from core.models import AuditEntry
from customers.choices import Channel, InquiryStatus
from customers.models import DisclosureRequest, Inquiry
from customers.services import answer_inquiry, close_inquiry, disclosures, inquiries
from customers.services.disclosures import grant_disclosure, refuse_disclosure, revoke_disclosure
from orders.models import Order
from orders.services import inquiries as conversion
from orders.services import order_inquiry
from tests.core.factories import at_once
from tests.customers.factories import make_application, make_inquiry
from tests.factories import make_customer, person
from workflow.models import Notification, WorkItem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("R13.1")]


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the locks away: two have read before either writes."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    both_read, mine = threading.Barrier(2, timeout=20), threading.local()

    def application(disclosure: DisclosureRequest) -> DisclosureRequest:
        rows = DisclosureRequest.objects.select_related("customer", "applicant", "decided_by")
        found = rows.get(pk=disclosure.pk)
        both_read.wait()
        return found

    def inquiry(inquiry: Inquiry, **_kwargs: Any) -> Inquiry:
        """Read once by each: the act that makes an order asks for it twice."""
        if not hasattr(mine, "inquiry"):
            mine.inquiry = Inquiry.objects.select_related("customer", "salesperson").get(pk=inquiry.pk)
            both_read.wait()
        found: Inquiry = mine.inquiry
        return found

    def now() -> None:
        monkeypatch.setattr(disclosures, "_lock", application)
        for module in (inquiries, conversion):
            monkeypatch.setattr(module, "lock_inquiry", inquiry)

    return now


def names(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


def told() -> int:
    return Notification.objects.filter(user=person(Role.FINANCE)).count()


# ---- reading contacts on application --------------------------------------------------------------------------------


def application() -> DisclosureRequest:
    person(Role.SALES_MANAGER)
    return make_application(make_customer(owner=person(Role.SALES)))


def decide(request: DisclosureRequest) -> list[Any]:
    seller, manager = person(Role.SALES), person(Role.SALES_MANAGER)
    return at_once(2, lambda i: (
        grant_disclosure(disclosure=request, by=manager) if i
        else refuse_disclosure(disclosure=request, reason="x", by=seller)
    ))  # fmt: skip


@pytest.mark.req("R1.6")
def test_an_application_granted_and_refused_at_once_is_decided_once():
    request = application()
    assert names(decide(request)) == ["Conflict", "DisclosureRequest"]
    assert told() == 1


@pytest.mark.req("R1.6")
def test_without_the_lock_the_applicant_is_told_both(unlocked):
    request = application()
    unlocked()
    assert names(decide(request)) == ["DisclosureRequest"] * 2
    assert told() == 2


def revoke(request: DisclosureRequest) -> list[Any]:
    people = [person(Role.SUPERVISION), person(Role.SALES_MANAGER)]
    return at_once(2, lambda i: revoke_disclosure(disclosure=request, reason="x", by=people[i]))


@pytest.mark.req("R1.6")
def test_a_grant_two_revoke_at_once_is_revoked_once():
    request = grant_disclosure(disclosure=application(), by=person(Role.SALES_MANAGER))
    assert names(revoke(request)) == ["Conflict", "DisclosureRequest"]
    assert AuditEntry.objects.filter(action="disclosure.revoked").count() == 1


@pytest.mark.req("R1.6")
def test_without_the_lock_it_is_revoked_twice(unlocked):
    request = grant_disclosure(disclosure=application(), by=person(Role.SALES_MANAGER))
    unlocked()
    assert names(revoke(request)) == ["DisclosureRequest"] * 2
    assert AuditEntry.objects.filter(action="disclosure.revoked").count() == 2


# ---- inquiries ------------------------------------------------------------------------------------------------------


def close(inquiry: Inquiry) -> Inquiry:
    return close_inquiry(inquiry=inquiry, reason="别家", by=person(Role.SALES_MANAGER))


def order(inquiry: Inquiry) -> Order:
    return order_inquiry(inquiry=inquiry, by=person(Role.SALES))


def answer(inquiry: Inquiry) -> Inquiry:
    return answer_inquiry(inquiry=inquiry, answer="有货", channel=Channel.PHONE, by=person(Role.SALES))


def asked() -> Inquiry:
    person(Role.SALES_MANAGER)
    return make_inquiry(salesperson=person(Role.SALES))


@pytest.mark.req("R1.2", "R1.3")
@pytest.mark.parametrize("attempt", range(3))
def test_an_inquiry_answered_closed_and_ordered_at_once_ends_one_way(attempt):
    inquiry, acts = asked(), (answer, close, order)
    results = at_once(3, lambda i: acts[i](inquiry))
    ordered = isinstance(results[2], Order)
    assert isinstance(results[1], Conflict) is ordered and Order.objects.count() == ordered
    end = InquiryStatus.CONVERTED if ordered else InquiryStatus.CLOSED
    assert Inquiry.objects.get(pk=inquiry.pk).status == end
    assert not WorkItem.objects.open().filter(subject_type="customers.inquiry").exists()


@pytest.mark.req("R1.3")
def test_without_the_lock_a_closed_inquiry_has_an_order(unlocked):
    inquiry = asked()
    unlocked()
    results = at_once(2, lambda i: (close, order)[i](inquiry))
    assert names(results) == ["Inquiry", "Order"]
    assert AuditEntry.objects.filter(action__in=("inquiry.closed", "inquiry.converted")).count() == 2
