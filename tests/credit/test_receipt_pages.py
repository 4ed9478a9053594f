"""Money is reported by one person and confirmed by another (R5.1, R13.7)."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.errors import Conflict, NotPermitted
from core.models import AuditEntry
from credit.models import CreditAccount, Receipt
from credit.services import confirm_receipt, refuse_receipt, report_receipt
from tests.core.factories import at_once
from tests.factories import make_customer, make_order, make_user, person
from workflow.models import WorkItem

pytestmark = [pytest.mark.req("R5.1"), pytest.mark.django_db]


def make_receipt(**over: Any) -> Receipt:
    values = {"reference": "202611-001", "amount": Decimal("30000.50"), "by": person("sales"), **over}
    return report_receipt(customer=values.pop("customer", None) or make_customer(), **values)


@pytest.fixture
def finance(db: None) -> User:
    return make_user("finance")


@pytest.fixture
def desk(client: Client, finance: User) -> Client:
    client.force_login(finance)
    return client


def listed(response: Any) -> list[Receipt]:
    return [row.obj for row in response.context["rows"]]


def test_what_waits_for_finance_comes_first(desk: Client, finance: User) -> None:
    waiting, done = make_receipt(), make_receipt()
    confirm_receipt(receipt=done, by=finance)
    assert listed(desk.get("/payments/", follow=True)) == [waiting]
    assert set(listed(desk.get("/payments/?view=all"))) == {waiting, done}


@pytest.mark.parametrize("query", ["q=202611-777", "q=明远", "method=cash", "status=reported&q=202611-777"])
def test_receipts_are_found(desk: Client, query: str) -> None:
    wanted = make_receipt(customer=make_customer(name="广州明远贸易"), reference="202611-777", method="cash")
    make_receipt()
    assert listed(desk.get(f"/payments/?{query}")) == [wanted]


def test_finance_confirms_what_sales_reported(desk: Client, finance: User) -> None:
    receipt = make_receipt()
    assert "¥30,000.50" in desk.get(f"/payments/{receipt.pk}/confirm/").content.decode()
    assert desk.post(f"/payments/{receipt.pk}/confirm/")["Location"] == f"/payments/{receipt.pk}/"
    receipt.refresh_from_db()
    assert (receipt.status, receipt.decided_by) == ("confirmed", finance)
    assert WorkItem.objects.get(kind="confirm_receipt").done_by == finance


def test_a_refusal_says_why(desk: Client) -> None:
    receipt = make_receipt()
    assert desk.post(f"/payments/{receipt.pk}/refuse/", {"reason": ""}).status_code == 422
    desk.post(f"/payments/{receipt.pk}/refuse/", {"reason": "未到账"})
    assert "未到账" in desk.get(f"/payments/{receipt.pk}/").content.decode()


@pytest.mark.req("R13.7")
def test_nobody_confirms_what_they_reported_and_reads_why(desk: Client, finance: User) -> None:
    receipt = make_receipt(by=finance)
    for url in ("", "confirm/"):
        assert "You reported this receipt yourself" in desk.get(f"/payments/{receipt.pk}/{url}").content.decode()
    assert desk.post(f"/payments/{receipt.pk}/confirm/").status_code == 403
    assert desk.post(f"/payments/{receipt.pk}/refuse/", {"reason": "x"}).status_code == 403
    receipt.refresh_from_db()
    assert receipt.status == "reported"


def test_a_decision_is_made_once(finance: User) -> None:
    receipt = make_receipt()
    confirm_receipt(receipt=receipt, by=finance)
    with pytest.raises(Conflict):
        refuse_receipt(receipt=receipt, reason="doch nicht", by=make_user("finance"))
    assert Receipt.objects.get().status == "confirmed"


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("role", ["sales", "order_center", "general_manager", "admin"])
def test_only_finance_confirms(client: Client, role: str) -> None:
    receipt = make_receipt()
    client.force_login(make_user(role))
    assert client.post(f"/payments/{receipt.pk}/confirm/").status_code == 403
    with pytest.raises(NotPermitted):
        confirm_receipt(receipt=receipt, by=make_user(role))


@pytest.mark.req("R13.7")
def test_a_salesperson_sees_the_own_customers_money_only(client: Client) -> None:
    seller = make_user("sales")
    mine, other = make_receipt(customer=make_customer(owner=seller)), make_receipt()
    client.force_login(seller)
    assert listed(client.get("/payments/?view=all")) == [mine]
    assert client.get(f"/payments/{other.pk}/").status_code == 404


def test_money_is_reported_from_the_customers_page(client: Client) -> None:
    order = make_order("received", customer=make_customer(currency="USD"), currency="USD")
    client.force_login(make_user("inside_sales"))
    url = f"/payments/customers/{order.customer_id}/report/"
    assert f'value="{order.number}"' in client.get(f"{url}?reference={order.number}").content.decode()
    data = {"reference": order.number, "amount": "1,200.00", "method": "transfer"}
    assert client.post(url, {**data, "amount": "0"}).status_code == 422
    client.post(url, data)
    receipt = Receipt.objects.get()
    assert (receipt.customer, receipt.amount, receipt.status) == (order.customer, 1200, "reported")
    assert receipt.currency == "USD"


def test_money_for_somebody_elses_order_is_refused_where_it_is_typed(client: Client) -> None:
    other = make_order("received")
    client.force_login(make_user("inside_sales"))
    data = {"reference": other.number, "amount": "1,200.00", "method": "transfer"}
    page = client.post(f"/payments/customers/{make_customer().pk}/report/", data)
    assert page.status_code == 422 and "has no order of this number" in page.content.decode()
    assert not Receipt.objects.exists()


@pytest.mark.req("R9.2")
def test_a_limit_is_set_with_a_reason_and_leaves_a_trace(desk: Client) -> None:
    customer = make_customer(limit=0)
    url = f"/payments/customers/{customer.pk}/limit/"
    assert desk.post(url, {"limit": "5000", "grade": "A", "reason": ""}).status_code == 422
    said = {"limit": "50,000", "grade": "A", "reason": "年度评估"}
    assert desk.post(url, said)["Location"] == f"/customers/{customer.pk}/"
    account = CreditAccount.objects.get(customer=customer)
    assert (account.limit, account.grade) == (50_000, "A")
    entry = AuditEntry.objects.get(action="credit.limit_set")
    assert entry.note == "年度评估"
    assert entry.changes == {"limit": ["0.00", "50000"], "grade": ["B", "A"]}


@pytest.mark.req("R13.7")
def test_sales_sets_no_limit(client: Client) -> None:
    customer = make_customer()
    client.force_login(make_user("sales", "sales_manager"))
    assert client.post(f"/payments/customers/{customer.pk}/limit/", {"limit": "9", "reason": "x"}).status_code == 403


@pytest.mark.req("R13.3")
@pytest.mark.parametrize("url", ["/payments/?view=all", "/payments/{pk}/"])
def test_pages_cost_the_same_for_many_receipts(desk: Client, url: str) -> None:
    url = url.format(pk=make_receipt().pk)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(url).status_code == 200
        return len(queries)

    few = cost()
    for _ in range(8):
        make_receipt(by=make_user("sales"))
    assert cost() == few <= 12


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_confirm_once() -> None:
    receipt = make_receipt()
    people = [make_user("finance") for _ in range(4)]
    results = at_once(4, lambda index: confirm_receipt(receipt=receipt, by=people[index]))
    assert sorted(type(result) is Receipt for result in results) == [False, False, False, True]
    assert {type(result) for result in results} == {Receipt, Conflict}
