"""Order entry offers the customer's framework agreements by itself (R14.11)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from orders.models import AgreementLine, Contract, Order
from orders.specs import AgreedSpec
from tests.factories import make_customer, make_product, make_user, person
from tests.orders.contract_factories import make_contract
from tests.orders.test_entry_pages import typed
from tests.orders.test_framework_agreements import draft, make_agreement, receive

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.11")]


@pytest.fixture
def sales() -> Client:
    client = Client()
    client.force_login(person(Role.SALES))
    return client


def offered(client: Client, contract: Contract, **over: Any) -> str:
    asked = {"customer": contract.customer_id, "currency": "CNY", **over}
    return client.get("/orders/agreed-lines/", asked).content.decode()


def enter(client: Client, contract: Contract, **row: Any) -> Any:
    line = contract.lines.get()
    row = {"description": line.product.code, "quantity": "5", "unit_price": "", **row}
    lines = {f"lines-0-{name}": value for name, value in row.items()}
    client.post("/orders/new/", typed(customer_text=contract.customer.code, **lines))
    return Order.objects.get().lines.get()


def test_what_is_open_today_is_offered_with_price_and_what_is_left(sales):
    contract = make_agreement(terms={"minimum_quantity": Decimal(2)})
    receive(draft(contract, 40))
    text = offered(sales, contract)
    assert contract.number in text and "¥4,500.00" in text and "60" in text and "data-take-agreed" in text
    assert contract.number in sales.get(f"/orders/new/?customer={contract.customer_id}").content.decode()


@pytest.mark.parametrize("why", ["draft", "ended", "later", "line past", "used up", "currency", "customer"])
def test_what_cannot_be_called_off_today_is_not_offered(sales, why):
    today = timezone.localdate()
    terms = {"valid_until": today - timedelta(days=1)} if why == "line past" else None
    status = why if why in ("draft", "ended") else "signed"
    contract = make_agreement(terms=terms, status=status)
    if why == "later":
        Contract.objects.update(effective_date=today + timedelta(days=1))
    if why == "used up":
        receive(draft(contract, 100))
    over: dict[str, Any] = {"currency": "USD"} if why == "currency" else {}
    if why == "customer":
        over = {"customer": make_customer().pk}
    assert contract.number not in offered(sales, contract, **over)


@pytest.mark.req("R13.7")
def test_an_agreement_one_may_not_see_is_neither_offered_nor_called_off():
    contract, stranger = make_agreement(), Client()
    stranger.force_login(make_user(Role.SALES))
    assert contract.number not in offered(stranger, contract)
    line = enter(stranger, contract, agreed=contract.lines.get().pk)
    assert line.agreement_line is None and line.unit_price == Decimal(5000)


def test_a_typed_line_of_an_agreed_product_takes_the_agreed_price_and_says_so(sales):
    contract = make_agreement()
    line = enter(sales, contract)
    assert (line.agreement_line, line.unit_price) == (contract.lines.get(), Decimal(4500))
    page = sales.get(f"/orders/{line.order_id}/edit/").content.decode()
    assert f"agreed price of {contract.number}, 100 台 left" in page


def test_another_price_that_was_typed_stays_and_calls_off_nothing(sales):
    line = enter(sales, make_agreement(), unit_price="4900")
    assert (line.agreement_line, line.unit_price) == (None, Decimal(4900))


def test_the_lookup_tells_of_the_agreement(sales):
    contract = make_agreement()
    product = contract.lines.get().product
    asked = {"q": product.code, "customer": contract.customer_id, "currency": "CNY"}
    (found,) = sales.get("/orders/line-lookup/", asked).json()["results"]
    told = {"id": contract.lines.get().pk, "price": "4500", "number": contract.number, "left": "100 台"}
    assert found["agreed"] == told
    assert "agreed" not in sales.get("/orders/line-lookup/", {"q": product.code}).json()["results"][0]


def test_of_two_agreements_the_one_that_ends_first_is_taken(sales):
    today, product, customer = timezone.localdate(), make_product(), make_customer(owner=person(Role.SALES))
    for price, days in ((4400, 200), (4300, 20), (4200, None)):
        lines = (AgreedSpec(Decimal(10), Decimal(price), product=product),)
        end = today + timedelta(days=days) if days else None
        make_contract("signed", kind="framework", amount=Decimal(0), lines=lines, customer=customer, expiry_date=end)
    first = {"lines-0-description": product.code, "lines-0-quantity": "1", "lines-0-unit_price": ""}
    sales.post("/orders/new/", typed(customer_text=customer.code, **first))
    assert Order.objects.get().lines.get().unit_price == Decimal(4300)


@pytest.mark.parametrize("key", ["0", "-1", "9" * 30, "x", "²"])
def test_junk_for_an_agreement_is_no_error(sales, key):
    contract = make_agreement()
    line = {"lines-0-description": contract.lines.get().product.code, "lines-0-agreed": key}
    assert sales.post("/orders/new/", typed(customer_text=contract.customer.code, **line)).status_code in (302, 422)
    assert offered(sales, contract, customer=key).strip() == ""


def test_the_form_costs_the_same_with_one_agreed_line_and_with_twenty(sales, django_assert_max_num_queries):
    customer = make_customer(owner=person(Role.SALES))
    lines = tuple(AgreedSpec(Decimal(10), Decimal(10), product=make_product()) for _ in range(20))
    make_contract("signed", kind="framework", amount=Decimal(0), lines=lines, customer=customer)
    sales.get("/orders/new/")
    with django_assert_max_num_queries(14):
        page = sales.get(f"/orders/new/?customer={customer.pk}").content.decode()
    assert page.count("data-take-agreed") == 20 == AgreementLine.objects.count()
