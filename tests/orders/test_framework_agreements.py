"""Framework agreements: orders call off goods at the agreed price, never more than was agreed (R14.11)."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders import services
from orders.models import AgreementLine, Contract, Order
from orders.services import call_offs
from orders.specs import AgreedSpec, spec_of
from tests.core.factories import at_once
from tests.factories import ON_DELIVERY, fresh, make_customer, make_product, make_user, person
from tests.orders.contract_factories import contract_spec, fresh_contract, make_contract

pytestmark = pytest.mark.req("R14.11")


def make_agreement(quantity: int = 100, status: str = "signed", terms: Any = None, **over: Any) -> Contract:
    """Servers at 4,500 instead of 5,000 for a customer of the salesperson; `terms` are the line's own."""
    lines = (AgreedSpec(Decimal(quantity), Decimal(4500), product=make_product(stock=1000), **(terms or {})),)
    over = {"customer": make_customer(owner=person(Role.SALES)), **over}
    return make_contract(status, kind="framework", amount=Decimal(0), lines=lines, **over)


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

    @pytest.mark.parametrize(
        ("days", "valid"), [((-9, -1), False), ((1, 9), False), ((0, 0), True), ((None, 0), True), ((0, None), True)]
    )
    def test_a_line_is_called_off_on_its_own_days_only(self, days, valid):
        today = timezone.localdate()
        first, last = (None if day is None else today + timedelta(days=day) for day in days)
        order = draft(make_agreement(terms={"valid_from": first, "valid_until": last}), 5)
        if valid:
            assert receive(order).status == "received"
            return
        with pytest.raises(DomainError) as refused:
            receive(order)
        assert [reason.code for reason in refused.value.reasons] == ["line_valid"] and fresh(order).status == "draft"

    def test_less_than_the_least_is_not_called_off_save_as_the_rest(self):
        contract = make_agreement(quantity=45, terms={"minimum_quantity": Decimal(20)})
        order = draft(contract, 19)
        with pytest.raises(DomainError) as refused:
            receive(order)
        assert list(refused.value.fields) == ["lines.1.quantity"] and "20" in str(refused.value.reasons[0].text)
        assert line_of(contract).called_off == 0
        receive(draft(contract, 20))
        receive(draft(contract, 20))
        receive(draft(contract, 5))
        assert line_of(contract).called_off == 45

    def test_two_lines_of_one_order_are_one_call_off(self):
        order = draft(make_agreement(terms={"minimum_quantity": Decimal(20)}), 10)
        spec = spec_of(order)
        services.save_draft(spec=replace(spec, lines=spec.lines * 2), order=order, by=person(Role.SALES))
        assert receive(order).status == "received"

    @pytest.mark.parametrize(
        "terms",
        [
            {"minimum_quantity": Decimal(101)},
            {"minimum_quantity": Decimal(-1)},
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 31)},
        ],
    )
    def test_terms_that_cannot_be_are_refused_and_the_database_would_not_keep_them(self, terms):
        with pytest.raises(DomainError):
            make_agreement(terms=terms)
        assert not Contract.objects.exists()
        contract = make_agreement()
        with pytest.raises(IntegrityError), transaction.atomic():
            AgreementLine.objects.filter(contract=contract).update(**terms)

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
        dearer = (AgreedSpec(Decimal(100), Decimal(4600), product=product),)
        spec = contract_spec(customer=contract.customer, kind="framework", amount=Decimal(1), lines=dearer)
        services.save_contract(spec=spec, contract=contract, by=person(Role.SALES))
        assert fresh_contract(contract).amount == 460_000
        changes = AuditEntry.objects.get(action="contract.edited").changes
        assert changes["amount"] == ["450000.00", "460000.00"]
        [gone], [came] = changes["agreed_goods"]
        assert "4,500" in gone and "4,600" in came and set(changes) == {"amount", "agreed_goods"}

    @pytest.mark.parametrize("lines", [(), (AgreedSpec(Decimal(1), Decimal(1), description="x"),)])
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

    def test_each_call_off_is_listed_with_what_was_left_after_it(self):
        contract, client = make_agreement(), Client()
        client.force_login(person(Role.INSIDE_SALES))
        first, second = receive(draft(contract, 40)), receive(draft(contract, 25))
        draft(contract, 5)
        page = client.get(contract.get_absolute_url())
        rows = [(row.order, row.quantity, row.left) for row in page.context["call_offs"]]
        assert rows == [(second, Decimal(25), Decimal(35)), (first, Decimal(40), Decimal(60))]

    @pytest.mark.req("R13.7")
    def test_an_order_one_may_not_see_is_listed_without_its_number(self):
        contract = make_agreement()
        order = receive(draft(contract, 40))
        reader, client = make_user(Role.SALES), Client()
        Contract.objects.filter(pk=contract.pk).update(owner=reader)
        client.force_login(reader)
        text = client.get(contract.get_absolute_url()).content.decode()
        assert "another order" in text and order.get_absolute_url() not in text

    def test_order_and_review_sheet_name_the_agreement_of_a_line(self):
        contract, client = make_agreement(), Client()
        order = receive(draft(contract, 40))
        client.force_login(person(Role.INSIDE_SALES))
        for page in (order.get_absolute_url(), f"{order.get_absolute_url()}review/"):
            assert f'href="{contract.get_absolute_url()}">{contract.number}' in client.get(page).content.decode()
        engineer = Client()
        engineer.force_login(person(Role.ENGINEERING))
        text = engineer.get(order.get_absolute_url()).content.decode()
        assert contract.number in text and contract.get_absolute_url() not in text

    def test_the_form_of_an_agreement_takes_each_lines_own_terms(self):
        client, customer, product = Client(), make_customer(), make_product()
        client.force_login(person(Role.SALES))
        data = {
            "customer": customer.pk, "customer_text": customer.name, "title": "框架", "kind": "framework",
            "effective_date": "2026-01-01", "currency": "CNY", "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0,
            "lines-0-description": product.code, "lines-0-quantity": "100", "lines-0-unit_price": "4500",
            "lines-0-minimum_quantity": "10", "lines-0-valid_from": "2026-02-01", "lines-0-valid_until": "2026-06-30",
        }  # fmt: skip
        assert client.post("/orders/contracts/new/", data).status_code == 302
        line = AgreementLine.objects.get()
        assert (line.minimum_quantity, line.valid_from, line.valid_until) == (10, date(2026, 2, 1), date(2026, 6, 30))
        page = client.get(f"{line.contract.get_absolute_url()}edit/").content.decode()
        assert 'value="2026-02-01"' in page and 'value="10"' in page
        beyond = {**data, "lines-0-quantity": "9" * 11, "lines-0-unit_price": "9" * 10}
        answer = client.post("/orders/contracts/new/", beyond)
        assert answer.status_code == 422 and "at most" in answer.content.decode() and Contract.objects.count() == 1


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
