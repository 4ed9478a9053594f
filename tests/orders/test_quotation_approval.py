"""The approval of a quotation: the same decision page and the same signatures carried over as an order's."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.delegations import delegate_approvals
from catalog.models import ProductFamily
from core.errors import NotPermitted
from core.models import AuditEntry
from orders import services
from orders.choices import DueEvent
from orders.facts import OFFERED_FOR_QUOTATIONS
from orders.facts_quotation import facts_of_quotation
from orders.models import Quotation
from orders.quotation_specs import spec_of_quotation
from orders.services.quotation_steps import current_quotation_case
from orders.specs import LineSpec, TermSpec
from tests.factories import make_customer, make_product, make_user, person
from tests.orders.quotation_factories import fresh_quotation, make_quotation, submit
from tests.workflow.factories import only_rules
from workflow.models import ApprovalCase
from workflow.services import add_approver, open_items

pytestmark = [pytest.mark.req("R3.5", "R3.7"), pytest.mark.django_db]

MANAGER, DIRECTOR = Role.SALES_MANAGER, Role.SALES_DIRECTOR
LARGE = {"fact": "amount", "op": "gt", "value": "20000", "currency": "CNY"}


@pytest.fixture(autouse=True)
def ladder(db):
    """The manager looks at the whole, the director at the amount."""
    only_rules({"role": MANAGER}, {"role": DIRECTOR, "position": 2, "conditions": [LARGE]}, kind="quotation")


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def decide(quotation: Quotation, role: str, *, approve: bool = True, comment: str = "同意") -> None:
    services.decide_quotation(quotation=quotation, approve=approve, comment=comment, by=person(role))


def refused(**over: Any) -> Quotation:
    """The manager has signed, the director refused."""
    quotation = make_quotation("submitted", **over)
    decide(quotation, MANAGER)
    decide(quotation, DIRECTOR, approve=False, comment="不行")
    return fresh_quotation(quotation)


def come_again(quotation: Quotation, *, by: Any = None, **changes: Any) -> Quotation:
    seller = by or person(Role.SALES)
    if changes:
        spec = replace(spec_of_quotation(quotation), **changes)
        services.save_quotation(spec=spec, quotation=quotation, by=seller)
    services.submit_quotation(quotation=quotation, by=seller)
    return fresh_quotation(quotation)


def asked(quotation: Quotation) -> dict[str, str]:
    case = current_quotation_case(quotation)
    assert case
    return {step.role: "carried over" if step.carried_from_id else step.status for step in case.steps.all()}


# ---- signatures that hold -------------------------------------------------------------------------------------------


def test_what_was_refused_is_asked_again_and_what_was_approved_before_it_holds():
    assert asked(come_again(refused())) == {MANAGER: "carried over", DIRECTOR: "waiting"}


@pytest.mark.parametrize(
    "changes",
    [{"lead_time_days": 60}, {"packaging": "木箱"}, {"terms": (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 90),)}],
)
def test_another_word_asks_who_reads_the_whole(changes):
    assert asked(come_again(refused(), **changes)) == {MANAGER: "waiting", DIRECTOR: "waiting"}


def test_whom_to_call_is_nothing_to_who_signed():
    assert asked(come_again(refused(), contact_name="王芳", contact_email="w@example.com"))[MANAGER] == "carried over"


@pytest.mark.req("R13.7")
def test_a_new_author_asks_everybody_again():
    colleague = make_user(Role.SALES)
    quotation = come_again(refused(customer=make_customer(owner=colleague)), by=colleague, contact_name="王芳")
    assert asked(quotation)[MANAGER] == "waiting"


def test_the_next_version_asks_again_only_where_it_differs():
    following = services.revise_quotation(quotation=make_quotation("approved"), by=person(Role.SALES))
    day = timezone.localdate() + timedelta(days=60)
    assert asked(come_again(following, valid_until=day)) == {MANAGER: "waiting", DIRECTOR: "carried over"}


@pytest.mark.parametrize("price", [Decimal(4999), Decimal(5001)])
def test_another_price_asks_everybody(price):
    following = services.revise_quotation(quotation=make_quotation("approved"), by=person(Role.SALES))
    lines = tuple(replace(line, unit_price=price) for line in spec_of_quotation(following).lines)
    assert set(asked(come_again(following, lines=lines)).values()) == {"waiting"}


def test_when_every_signature_holds_it_waits_to_be_sent():
    following = services.revise_quotation(quotation=make_quotation("approved"), by=person(Role.SALES))
    following = come_again(following, contact_name="王芳")
    assert following.status == "approved"
    assert [item.kind for item in open_items(following)] == ["send_quotation"]


def test_its_facts_are_what_its_rules_may_look_at():
    facts = facts_of_quotation(make_quotation())
    assert {fact.name for fact in OFFERED_FOR_QUOTATIONS} <= facts.keys()


def test_a_rule_on_the_discount_asks_for_a_quotation_too():
    condition = {"fact": "discount_percent", "op": "gt", "value": "10"}
    only_rules({"role": MANAGER}, {"role": DIRECTOR, "position": 2, "conditions": [condition]}, kind="quotation")
    goods = make_product(list_price=Decimal(100), floor_price=Decimal(1))
    dear, cheap = (make_quotation(lines=[LineSpec(Decimal(1), Decimal(price), product=goods)]) for price in (95, 85))
    submit(dear)
    submit(cheap)
    assert set(asked(dear)) == {MANAGER} and set(asked(cheap)) == {MANAGER, DIRECTOR}


@pytest.mark.req("R14.3")
@pytest.mark.parametrize("fact", ["product_sum", "family_sum", "customer_sum"])
def test_a_rule_on_a_rolling_sum_asks_for_a_quotation_too(fact):
    week = {"fact": fact, "op": "gt", "value": "30000", "currency": "CNY", "days": 7}
    only_rules({"role": MANAGER}, {"role": DIRECTOR, "position": 2, "conditions": [week]}, kind="quotation")
    line, customer = (
        LineSpec(
            Decimal(4),
            Decimal(5000),
            product=make_product(family=ProductFamily.objects.create(code="S", name="服务器")),
        ),
        make_customer(),
    )
    first, second = (make_quotation(lines=[line], customer=customer) for _ in range(2))
    submit(first)
    submit(second)
    assert set(asked(first)) == {MANAGER} and set(asked(second)) == {MANAGER, DIRECTOR}


# ---- taken back -----------------------------------------------------------------------------------------------------


def test_who_submitted_takes_it_back_and_nobody_is_asked_any_more():
    quotation, client = make_quotation("submitted"), client_of(Role.SALES)
    decide(quotation, MANAGER)
    page = quotation.get_absolute_url()
    assert f"{page}withdraw/" in client.get(page).content.decode()
    assert client.post(f"{page}withdraw/", {"reason": " "}).status_code == 422
    client.post(f"{page}withdraw/", {"reason": "客户改数量"})
    quotation = fresh_quotation(quotation)
    assert quotation.status == "draft" and not open_items(quotation)
    assert AuditEntry.objects.filter(action="quotation.withdrawn", note="客户改数量").exists()
    assert asked(come_again(quotation)) == {MANAGER: "carried over", DIRECTOR: "waiting"}


@pytest.mark.req("R13.7")
def test_a_colleague_who_has_no_part_in_it_does_not_take_it_back():
    quotation = make_quotation("submitted")
    with pytest.raises(NotPermitted, match="not_submitter"):
        services.withdraw_quotation(quotation=quotation, reason="x", by=person(Role.INSIDE_SALES))
    assert fresh_quotation(quotation).status == "submitted" and open_items(quotation).exists()


# ---- the page, the inbox, several at once ---------------------------------------------------------------------------


def test_the_page_says_why_i_am_asked_and_offers_a_colleague():
    quotation = make_quotation("submitted")
    page = f"/orders/quotations/{quotation.pk}/decide/"
    text = client_of(MANAGER).get(page).content.decode()
    assert "You are asked because:" in text and "Ask one more person" in text
    assert "Send back to an earlier step" not in text
    decide(quotation, MANAGER)
    assert "Send back to an earlier step" in client_of(DIRECTOR).get(page).content.decode()


def test_a_salesperson_who_stands_in_for_the_manager_decides_another_ones_quotation():
    quotation, stand_in = make_quotation("submitted"), make_user(Role.SALES)
    client, page = Client(), f"/orders/quotations/{quotation.pk}/decide/"
    client.force_login(stand_in)
    assert client.get(page).status_code == 404
    giver, today = person(MANAGER), timezone.localdate()
    delegate_approvals(giver=giver, receiver=stand_in, start_date=today, end_date=today, reason="出差", by=giver)
    assert client.get(page).status_code == 200
    client.post(page, {"decision": "approve", "comment": "同意"})
    assert asked(quotation)[MANAGER] == "approved"


def test_a_salesperson_asked_beside_the_manager_sees_what_to_sign():
    quotation, colleague = make_quotation("submitted"), make_user(Role.SALES)
    add_approver(ApprovalCase.objects.get(), person=colleague, before=True, word="?", by=person(MANAGER))
    services.decide_quotation(quotation=quotation, approve=True, by=colleague)
    assert asked(quotation) == {"": "approved", MANAGER: "waiting", DIRECTOR: "waiting"}


def test_a_refusal_without_a_word_changes_nothing():
    quotation = make_quotation("submitted")
    answer = client_of(MANAGER).post(f"/orders/quotations/{quotation.pk}/decide/", {"decision": "refuse"})
    assert answer.status_code == 422 and "Say why it is refused." in answer.content.decode()
    assert fresh_quotation(quotation).status == "submitted"


def test_a_colleague_is_asked_from_the_page_and_answers_on_it():
    quotation = make_quotation("submitted")
    case = ApprovalCase.objects.get()
    expert = person(Role.ENGINEERING)
    word = {"person": expert.pk, "when": "before", "word": "做得出来吗"}
    answer = client_of(MANAGER).post(f"/approvals/{case.pk}/add/", word)
    page = f"/orders/quotations/{quotation.pk}/decide/"
    assert answer.status_code == 302 and answer["Location"] == page
    assert "做得出来吗" in client_of(Role.ENGINEERING).get(page).content.decode()
    client_of(Role.ENGINEERING).post(page, {"decision": "approve"})
    assert asked(quotation) == {"": "approved", MANAGER: "waiting", DIRECTOR: "waiting"}


def test_it_goes_back_to_an_earlier_step_from_the_page():
    quotation = make_quotation("submitted")
    decide(quotation, MANAGER)
    case = ApprovalCase.objects.get()
    client_of(DIRECTOR).post(f"/approvals/{case.pk}/return/", {"target": 1, "comment": "请再看价格"})
    assert [step.role for step in case.steps.filter(status="waiting").order_by("stage")] == [MANAGER, DIRECTOR]


def test_several_quotations_are_signed_at_once_from_the_inbox():
    quotations = [make_quotation("submitted") for _ in range(2)]
    inbox = client_of(MANAGER).get("/").content.decode()
    keys = list(ApprovalCase.objects.values_list("pk", flat=True))
    assert all(f'value="{key}"' in inbox for key in keys)
    client_of(MANAGER).post("/approvals/", {"act": "approve", "pick": keys, "confirmed": "1"})
    assert [asked(quotation)[MANAGER] for quotation in quotations] == ["approved"] * 2
