"""The contract review form: how an order is taken on, and the uplift proposed for a small one (R3.6)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry, Document
from customers.choices import Tier
from orders import services
from orders.guards import refusals
from orders.models import ContractReview, Order
from orders.specs import LineSpec, spec_of
from tests.factories import fresh, give_opinions, make_customer, make_order, make_product, pass_preliminary, person
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.6")]


def small(price: str = "300", quantity: int = 3, **over: Any) -> Order:
    """900 yuan of one product; small is below 1,000."""
    product = make_product(stock=100, list_price=Decimal(price), floor_price=Decimal(1))
    order = make_order(lines=[LineSpec(Decimal(quantity), Decimal(price), product=product)], **over)
    pass_preliminary(order)
    return fresh(order)


def form(order: Order) -> ContractReview:
    return ContractReview.objects.get(round__order=order, round__number=order.round)


def decide(order: Order, take: bool = True, **over: Any) -> ContractReview:
    return services.decide_proposal(order=order, take=take, by=person(Role.ORDER_CENTER), **over)


def codes(order: Order) -> set[str]:
    return {reason.code for reason in refusals(fresh(order), "review")}


@pytest.mark.parametrize(("quantity", "decision"), [(3, "proposed"), (4, "none")])
def test_below_the_limit_an_uplift_is_proposed_with_its_arithmetic(quantity, decision):
    """3 × 300 = 900 is below 1,000; 4 × 300 = 1,200 is not."""
    review = form(small(quantity=quantity))
    assert review.decision == decision
    if decision == "proposed":
        assert (review.uplift_percent, review.extra_days, review.amount) == (Decimal(5), 3, Decimal("945.00"))
        [line] = review.shown_lines
        assert (line["unit_price"], line["proposed_price"]) == (Decimal(300), Decimal(315))
        assert (line["amount"], line["proposed_amount"]) == (Decimal(900), Decimal(945))


def test_a_key_customer_is_not_asked_for_more():
    review = form(small(customer=make_customer(tier=Tier.KEY)))
    assert (review.decision, review.mode) == ("none", "priority")


def test_the_mode_follows_from_class_goods_and_amount():
    assert form(small()).mode == "uplift"
    assert form(small(quantity=10)).mode == "standard"
    free = make_order(lines=[LineSpec(Decimal(1), Decimal(9000), description="定制机柜")])
    cheap = make_order(lines=[LineSpec(Decimal(10), Decimal(10), product=make_product(stock=99))])
    for order, mode in ((free, "custom"), (cheap, "special")):
        pass_preliminary(order)
        assert form(fresh(order)).mode == mode


def test_the_review_does_not_pass_while_the_proposal_is_undecided():
    order = small()
    give_opinions(order)
    assert codes(order) == {"proposal"}
    decide(order, take=False, reason="老客户首单")
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == "reviewed" and AuditEntry.objects.filter(action="order.proposal_decided").exists()


def test_taken_over_it_is_a_question_to_the_customer_with_the_figures():
    order = small()
    review = decide(order, uplift_percent=Decimal(10), reason="运费高")
    assert review.question is not None and review.amount == Decimal("990.00")
    assert "990" in review.question.question and "330" in review.question.question
    assert "clarification" in codes(order)


def test_the_agreed_price_is_not_raised_a_second_time():
    order = small()
    decide(order)
    services.return_to_sales(order=order, reason="客户同意加价", by=person(Role.ORDER_CENTER))
    spec = spec_of(fresh(order))
    dearer = replace(spec, lines=tuple(replace(line, unit_price=Decimal(315)) for line in spec.lines))
    services.save_draft(spec=dearer, order=fresh(order), by=person(Role.SALES))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert form(fresh(order)).decision == "none"


def test_returned_without_the_new_prices_it_is_proposed_again():
    order = small()
    decide(order)
    services.return_to_sales(order=order, reason="改价", by=person(Role.ORDER_CENTER))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert form(fresh(order)).decision == "proposed"


@pytest.mark.parametrize(
    ("over", "field"),
    [({"take": False}, "reason"), ({"uplift_percent": Decimal(8)}, "reason"), ({"extra_days": 9}, "reason"),
     ({"uplift_percent": Decimal(101), "reason": "x"}, "uplift_percent"),
     ({"extra_days": -1, "reason": "x"}, "extra_days")],
)  # fmt: skip
def test_declining_and_changing_need_a_reason_and_sensible_figures(over, field):
    order = small()
    with pytest.raises(DomainError) as refused:
        decide(order, **over)
    assert set(refused.value.fields) == {field} and form(order).decision == "proposed"


def test_a_decision_is_made_once_and_may_only_turn_into_a_refusal():
    order = small()
    decide(order)
    with pytest.raises(Conflict, match="decided"):
        decide(order)
    assert decide(order, take=False, reason="客户不同意").decision == "declined"
    with pytest.raises(Conflict, match="decided"):
        decide(order, take=False, reason="再说")


def test_declined_after_all_the_question_to_the_customer_is_taken_back():
    order = small()
    question = decide(order).question
    assert question
    services.record_communication(
        clarification=question, means="phone", spoke_with="李明", result="再商量", by=person(Role.SALES)
    )
    assert "clarification" in codes(order)
    decide(order, take=False, reason="客户不同意")
    question.refresh_from_db()
    assert question.resolved_at and question.answer == "客户不同意"
    assert "clarification" not in codes(order)
    open_now = open_items(order)
    assert not open_now.filter(kind__in=["clarification", "customer_answer"]).exists()
    assert open_now.filter(kind="review").exists() and not open_now.paused().exists()


def test_whoever_wrote_the_order_does_not_decide_on_its_uplift():
    order = small()
    Order.objects.filter(pk=order.pk).update(submitted_by=person(Role.ORDER_CENTER))
    with pytest.raises(NotPermitted, match="four_eyes"):
        decide(order)


def test_the_order_centre_decides_on_the_page_and_sees_the_arithmetic():
    order, client = small(), Client()
    client.force_login(person(Role.ORDER_CENTER))
    page = client.get(f"/orders/{order.pk}/proposal/").content.decode()
    assert "¥945.00" in page and "¥315.00" in page
    data = {"take": "yes", "uplift_percent": "5", "extra_days": "3"}
    assert client.post(f"/orders/{order.pk}/proposal/", data).status_code == 302
    assert form(order).decision == "taken"
    assert "taken over" in client.get(f"/orders/{order.pk}/review/").content.decode()


@pytest.mark.req("R13.4")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_paper_of_a_passed_review_says_what_everybody_committed_to(language):
    from core.documents.rendering import html_of

    order = make_order(product=make_product(stock=100, cost_price=100))
    pass_preliminary(order)
    give_opinions(order)
    services.give_opinion(
        order=order, department="production", result="conditional", conditions="分两批", lead_time_days=9,
        by=person(Role.PRODUCTION),
    )  # fmt: skip
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    paper = Document.objects.get(kind="contract_review", subject_id=order.pk)
    with translation.override(language):
        html = html_of(paper, language)
    assert "分两批" in html and ("9 days" in html or "9 天" in html) and "98 %" not in html
