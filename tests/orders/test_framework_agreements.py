"""Framework agreements: orders call off goods at the agreed price, never more than was agreed (R14.11)."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders import services
from orders.models import AgreementLine, Contract, Order
from orders.services import call_offs
from orders.specs import LineSpec, spec_of
from tests.core.factories import at_once
from tests.factories import ON_DELIVERY, fresh, make_customer, make_product, person
from tests.orders.contract_factories import contract_spec, fresh_contract, make_contract

pytestmark = pytest.mark.req("R14.11")


def make_agreement(quantity: int = 100, status: str = "signed", **over: Any) -> Contract:
    """Servers at 4,500 instead of 5,000."""
    lines = (LineSpec(Decimal(quantity), Decimal(4500), product=make_product(stock=1000)),)
    customer = over.pop("customer", None) or make_customer(owner=person(Role.SALES))
    return make_contract(status, kind="framework", amount=Decimal(0), lines=lines, customer=customer, **over)


def line_of(contract: Contract) -> Any:
    return AgreementLine.objects.with_call_offs().get(contract=contract)


def draft(contract: Contract, quantity: int, **over: Any) -> Order:
    """A draft that lacks nothing."""
    order = services.call_off(
        contract=contract, quantities={line_of(contract).pk: Decimal(quantity)}, by=person(Role.SALES)
    )  # fmt: skip
    day = timezone.localdate() + timedelta(days=30)
    spec = replace(spec_of(order), requested_date=day, terms=ON_DELIVERY, **over)
    return services.save_draft(spec=spec, order=order, by=person(Role.SALES))


def receive(order: Order) -> Order:
    return services.receive_order(order=fresh(order), by=person(Role.SALES))


@pytest.mark.django_db
class TestCallingOff:
    def test_a_call_off_is_a_draft_at_the_agreed_price(self):
        contract = make_agreement()
        order = services.call_off(
            contract=contract, quantities={line_of(contract).pk: Decimal(10)}, by=person(Role.SALES)
        )  # fmt: skip
        line = order.lines.get()
        assert (order.status, line.unit_price, line.amount) == ("draft", Decimal(4500), Decimal(45000))
        assert line.agreement_line == line_of(contract) and order in contract.orders.all()

    def test_a_draft_shows_and_takes_nothing_a_received_order_takes(self):
        contract = make_agreement()
        order = draft(contract, 40)
        assert (line_of(contract).called_off, line_of(contract).in_drafts) == (0, 40)
        receive(order)
        assert (line_of(contract).called_off, line_of(contract).in_drafts) == (40, 0)

    def test_what_is_canceled_or_returned_is_given_back(self):
        contract = make_agreement()
        one, two = receive(draft(contract, 40)), receive(draft(contract, 30))
        services.cancel_order(order=one, reason="预算", by=person(Role.SALES))
        services.return_to_sales(order=two, reason="交期", by=person(Role.ORDER_CENTER))
        assert (line_of(contract).called_off, line_of(contract).in_drafts) == (0, 30)
        receive(two)
        assert line_of(contract).called_off == 30

    def test_more_than_is_left_is_not_received(self):
        contract = make_agreement()
        receive(draft(contract, 70))
        order = draft(contract, 31)
        with pytest.raises(DomainError) as refused:
            receive(order)
        assert list(refused.value.fields) == ["lines.1.quantity"] and "30" in str(refused.value.reasons[0].text)
        assert fresh(order).status == "draft" and fresh(order).number is None

    def test_two_lines_of_one_order_share_what_is_left(self):
        contract = make_agreement()
        order = draft(contract, 60)
        spec = spec_of(order)
        services.save_draft(spec=replace(spec, lines=spec.lines * 2), order=order, by=person(Role.SALES))
        with pytest.raises(DomainError):
            receive(order)

    @pytest.mark.parametrize("what", ["price", "foreign", "in_force"])
    def test_only_what_was_agreed_is_called_off(self, what):
        contract = make_agreement()
        order = draft(contract, 5)
        spec = spec_of(order)
        if what == "price":
            spec = replace(spec, lines=(replace(spec.lines[0], unit_price=Decimal(1)),))
        if what == "foreign":
            spec = replace(spec, customer=make_customer(owner=person(Role.SALES)))
        if what == "in_force":
            Contract.objects.filter(pk=contract.pk).update(
                effective_date=timezone.localdate() - timedelta(days=9),
                expiry_date=timezone.localdate() - timedelta(days=1),
            )
        services.save_draft(spec=spec, order=order, by=person(Role.SALES))
        with pytest.raises(DomainError) as refused:
            receive(order)
        assert {reason.code for reason in refused.value.reasons} == {what}
        assert fresh(order).status == "draft"

    def test_nothing_is_called_off_from_a_draft_agreement_or_a_single_contract(self):
        for contract, error in ((make_agreement(status="draft"), Conflict), (make_contract("signed"), DomainError)):
            with pytest.raises(error):
                services.call_off(contract=contract, quantities={1: Decimal(1)}, by=person(Role.SALES))
        assert not Order.objects.exists()

    @pytest.mark.parametrize("days", [(-9, -1), (1, 9)])
    def test_nothing_is_called_off_outside_its_days(self, days):
        contract = make_agreement()
        first, last = (timezone.localdate() + timedelta(days=day) for day in days)
        Contract.objects.update(effective_date=first, expiry_date=last)
        with pytest.raises(Conflict, match="in_force"):
            services.call_off(
                contract=contract, quantities={line_of(contract).pk: Decimal(1)}, by=person(Role.SALES)
            )  # fmt: skip
        assert not Order.objects.exists()

    def test_its_amount_follows_its_goods_and_the_trail_shows_what_changed(self):
        contract = make_agreement(status="draft")
        assert contract.amount == 450_000
        product = line_of(contract).product
        dearer = (LineSpec(Decimal(100), Decimal(4600), product=product),)
        spec = contract_spec(customer=contract.customer, kind="framework", amount=Decimal(1), lines=dearer)
        services.save_contract(spec=spec, contract=contract, by=person(Role.SALES))
        assert fresh_contract(contract).amount == 460_000
        changes = AuditEntry.objects.get(action="contract.edited").changes
        assert changes["amount"] == ["450000.00", "460000.00"]
        [gone], [came] = changes["agreed_goods"]
        assert "4,500" in gone and "4,600" in came and set(changes) == {"amount", "agreed_goods"}

    @pytest.mark.parametrize("lines", [(), (LineSpec(Decimal(1), Decimal(1), description="x"),)])
    def test_an_agreement_names_products(self, lines):
        with pytest.raises(DomainError):
            make_contract(kind="framework", lines=lines)
        assert not Contract.objects.exists()

    def test_an_edit_in_the_browser_keeps_the_agreement_and_other_goods_leave_it(self):
        contract, client = make_agreement(), Client()
        client.force_login(person(Role.SALES))
        page = contract.get_absolute_url()
        agreed = line_of(contract)
        answer = client.post(f"{page}call-off/", {f"line_{agreed.pk}": "8"})
        order = Order.objects.get()
        assert answer["Location"] == f"/orders/{order.pk}/edit/"
        customer, code = contract.customer, agreed.product.code
        data = {
            "customer": customer.pk, "customer_text": f"{customer.code} {customer.name}", "currency": "CNY",
            "source": "phone", "version": order.version, "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0,
            "lines-0-agreed": agreed.pk, "lines-0-description": code, "lines-0-quantity": "9",
            "lines-0-unit_price": "4500", "terms-TOTAL_FORMS": 0, "terms-INITIAL_FORMS": 0,
        }  # fmt: skip
        client.post(answer["Location"], data)
        assert order.lines.get().agreement_line == agreed and order.lines.get().quantity == 9
        version = fresh(order).version
        client.post(answer["Location"], {**data, "version": version, "lines-0-description": make_product().code})
        assert order.lines.get().agreement_line is None

    def test_the_page_shows_what_is_left_in_the_same_statements_however_many_call_off(
        self, django_assert_max_num_queries
    ):
        contract, client = make_agreement(), Client()
        client.force_login(person(Role.INSIDE_SALES))
        for _ in range(6):
            receive(draft(contract, 5))
        client.get(contract.get_absolute_url())
        with django_assert_max_num_queries(22):
            text = client.get(contract.get_absolute_url()).content.decode()
        assert "<strong>70</strong>" in text


# ---- at once --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_orders_never_take_more_than_is_left():
    contract, by = make_agreement(quantity=100), person(Role.SALES)
    orders = [draft(contract, 40) for _ in range(4)]
    person(Role.INSIDE_SALES)
    results = at_once(4, lambda i: services.receive_order(order=orders[i], by=by))
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == 2 and {type(error) for error in refused} == {DomainError}
    assert line_of(contract).called_off == 80


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_more_is_taken_than_was_agreed(monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the transaction itself is the lock")
    contract, by = make_agreement(quantity=100), person(Role.SALES)
    orders = [draft(contract, 60) for _ in range(2)]
    person(Role.INSIDE_SALES)
    both_read = threading.Barrier(2, timeout=20)

    def unlocked(keys: Any) -> Any:
        found = AgreementLine.objects.with_call_offs().select_related("contract").in_bulk(keys)
        both_read.wait()
        return found

    monkeypatch.setattr(call_offs, "_locked", unlocked)
    at_once(2, lambda i: services.receive_order(order=orders[i], by=by))
    assert line_of(contract).called_off == 120
