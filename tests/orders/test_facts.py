"""What the approval rules see of an order."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from accounts.choices import Role
from catalog.models import ProductFamily
from credit.models import CreditAccount
from customers.models import Customer
from orders import services
from orders.choices import DueEvent
from orders.facts import OFFERED, facts_of
from orders.ladder import current_case
from orders.models import Order
from orders.specs import LineSpec, TermSpec, spec_of
from tests.factories import fresh, make_customer, make_draft, make_order, make_partner, make_product, person
from workflow.facts import facts_for

pytestmark = [pytest.mark.req("R3.5"), pytest.mark.django_db]

MONTHLY = (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 60),)


def facts(**over) -> dict:
    return facts_of(make_draft(**over))


def test_every_fact_on_offer_is_there():
    found = facts()
    sums = {name for name in facts_for("order") if name.endswith("_sum")}
    assert {fact.name for fact in OFFERED} <= set(found)
    assert set(facts_for("order")) - set(found) == sums


def test_margin_and_discount_come_from_the_product_list():
    product = make_product(list_price=Decimal(100), floor_price=Decimal(0), cost_price=Decimal(60))
    found = facts(lines=[LineSpec(Decimal(1), Decimal(80), product=product)])
    assert (found["margin_percent"], found["discount_percent"]) == (Decimal("25.00"), Decimal("20.00"))


def test_a_margin_that_is_known_in_part_is_not_known():
    costed, other = make_product(cost_price=Decimal(1)), make_product()
    lines = [LineSpec(Decimal(1), Decimal(80), product=product) for product in (costed, other)]
    assert facts(lines=lines)["margin_percent"] is None


def test_terms_grade_class_family_partner_and_clauses():
    family = ProductFamily.objects.create(code="S", name="服务器")
    customer = make_customer(tier="key")
    CreditAccount.objects.filter(customer=customer).update(grade="C")
    customer = Customer.objects.get(pk=customer.pk)
    product = make_product(family=family)
    found = facts(
        customer=customer, terms=MONTHLY, labels="防静电", partner=(partner := make_partner()),
        lines=[LineSpec(Decimal(2), Decimal(50), product=product)],
    )  # fmt: skip
    assert (found["special_terms"], found["credit_days"], found["payment_kinds"]) == (True, 60, ["after_delivery"])
    assert (found["credit_grade"], found["customer_tier"], found["new_customer"]) == ("C", "key", True)
    assert (found["families"], found["special_clauses"]) == (["S"], ["labels"])
    assert (found["by_partner"], found["partner"]) == (True, str(partner.pk))
    assert found["shares"] == {"product": {product.code: Decimal(100)}, "family": {"S": Decimal(100)}}


def test_a_customer_is_new_until_an_order_was_approved():
    customer = make_customer()
    make_order("approved", customer=customer)
    assert facts(customer=customer)["new_customer"] is False


@pytest.mark.req("R14.3")
class TestLookalikes:
    def test_the_same_goods_for_the_same_customer_within_a_day_are_flagged(self):
        customer, product = make_customer(), make_product(stock=100)
        first = make_order(customer=customer, lines=[LineSpec(Decimal(3), Decimal(5000), product=product)])
        again = make_draft(customer=customer, lines=[LineSpec(Decimal(4), Decimal(5000), product=product)])
        assert facts_of(again)["lookalikes"] == [first.number]

    def test_the_same_sum_is_flagged_too(self):
        customer = make_customer()
        first = make_order(customer=customer)
        assert facts(customer=customer)["lookalikes"] == [first.number]

    def test_another_customer_another_day_or_a_cancelled_one_is_not(self):
        customer, product = make_customer(), make_product(stock=100)
        lines = [LineSpec(Decimal(3), Decimal(5000), product=product)]
        make_order(lines=lines)
        old = make_order(customer=customer, lines=lines)
        Order.objects.filter(pk=old.pk).update(received_at=F("received_at") - timedelta(days=2))
        gone = make_order(customer=customer, lines=lines)
        services.cancel_order(order=gone, reason="x", by=person(Role.SALES_MANAGER))
        assert facts(customer=customer, lines=lines)["lookalikes"] == []

    def test_the_director_is_asked_and_told_why(self):
        customer = make_customer()
        first = make_order(customer=customer)
        case = current_case(make_order("reviewed", customer=customer))
        from workflow.ladder import reason_texts

        director = next(step for step in case.steps.all() if step.role == Role.SALES_DIRECTOR)
        texts = reason_texts(director.reasons)
        assert f"looks like another order of the same day: {first.number}" in texts


def test_what_is_written_changes_the_digest_and_whom_to_call_does_not():
    draft = make_draft()
    before, seller = facts_of(draft), person(Role.SALES)
    services.save_draft(spec=replace(spec_of(draft), contact_phone="1"), order=draft, by=seller)
    assert facts_of(fresh(draft))["content"] == before["content"]
    services.save_draft(spec=replace(spec_of(draft), delivery_address="上海"), order=draft, by=seller)
    assert facts_of(fresh(draft))["content"] != before["content"]


def test_the_statements_do_not_grow_with_the_lines(django_assert_max_num_queries):
    family = ProductFamily.objects.create(code="S", name="服务器")
    lines = [LineSpec(Decimal(1), Decimal(5000), product=make_product(family=family)) for _n in range(40)]
    order = Order.objects.select_related("customer").get(pk=make_draft(lines=lines).pk)
    with django_assert_max_num_queries(7):
        facts_of(order)
