"""No order is approved without every opinion, waiver and signature its rules ask for, by no sequence of acts (R3.5).

Hypothesis plays a company in which everybody tries every act, in any order, through the service or the page. What an
approval needs is said here a second time, by hand.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.choices import Role
from accounts.models import User
from core.errors import DomainError
from credit.models import CreditAccount
from orders import guards, services
from orders.choices import DEPARTMENT_ROLE, CheckCode, CheckOutcome, Department, DueEvent, OrderStatus
from orders.ladder import authors_of, current_case
from orders.models import Order
from orders.specs import TermSpec, spec_of
from tests.factories import (
    ON_DELIVERY,
    PREPAID,
    make_customer,
    make_partner,
    make_product,
    make_spec,
    make_user,
    person,
)
from workflow.models import Hold, Waiver

ON_ACCOUNT = (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 30),)
FLOOR, STOCK = 4000, 50
ROLES = [role for role in Role.values if role not in (Role.PARTNER, "customer")]
EVERYBODY = st.sampled_from([*ROLES, "second_seller", "manager_and_director"])
RESULTS = st.sampled_from(["favorable", "conditional", "unfavorable"])
GATES = st.sampled_from([*CheckCode.values, "payment", "department_opinion"])
DEPARTMENTS = frozenset(Department.values)
LADDER = ("sign sales_manager", "sign sales_director", "sign general_manager")
STEPS = ("preliminary", *Department.values, "waivers", "review", "partner", *LADDER, "force")
SIGNED = ("favorable", "conditional")
APPROVED_ON = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED)


class Company(RuleBasedStateMachine):
    """One order, many hands."""

    people: dict[str, User]
    approved = 0
    product: Any
    order: Order

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    @initialize(
        price=st.sampled_from([5000, FLOOR, 3900]),
        quantity=st.sampled_from([1, 10, 11, 60]),
        terms=st.sampled_from([ON_DELIVERY, PREPAID, ON_ACCOUNT]),
        limit=st.sampled_from([0, 1_000_000]),
        partner=st.booleans(),
        skipped=st.sets(st.sampled_from(STEPS), max_size=2),
    )
    def somebody_orders(
        self, price: int, quantity: int, terms: Any, limit: int, partner: bool, skipped: set[str]
    ) -> None:
        customer = make_customer(limit=limit)
        over = {"partner": make_partner(customer=customer), "partner_reference": "P-1"} if partner else {}
        line = replace(make_spec(product=self.product).lines[0], quantity=Decimal(quantity), unit_price=Decimal(price))
        spec = make_spec(customer=customer, lines=[line], terms=terms, **over)
        self.order = services.place_order(spec=spec, by=self.people[Role.SALES])
        self.go_the_usual_way(skipped)

    @rule(skipped=st.sets(st.sampled_from(STEPS), max_size=2))
    def everybody_works(self, skipped: set[str]) -> None:
        self.go_the_usual_way(skipped)

    @rule(who=EVERYBODY, result=st.sampled_from(["passed", "needs_information", "rejected"]))
    def review_preliminarily(self, who: str, result: str) -> None:
        self.attempt(services.review_preliminarily, who, result=result, remarks="看过")

    @rule(who=EVERYBODY, department=st.sampled_from(Department.values), result=RESULTS)
    def give_opinion(self, who: str, department: str, result: str) -> None:
        self.attempt(services.give_opinion, who, department=department, result=result, remarks="意见")

    @rule(who=EVERYBODY, gate=GATES)
    def waive(self, who: str, gate: str) -> None:
        self.attempt(services.grant_order_waiver, who, gate=gate, reason="特批")

    @rule(who=EVERYBODY, door=st.sampled_from(["service", "page"]))
    def pass_review(self, who: str, door: str) -> None:
        self.act(door, services.review_order, who, "pass-review")

    @rule(who=EVERYBODY)
    def send_back(self, who: str) -> None:
        self.attempt(services.return_to_sales, who, reason="再议")

    @rule(who=EVERYBODY, price=st.sampled_from([5000, 3900, 3000]), quantity=st.sampled_from([1, 60]))
    def edit_and_hand_in(self, who: str, price: int, quantity: int) -> None:
        spec = spec_of(self.fresh())
        line = replace(spec.lines[0], unit_price=Decimal(price), quantity=Decimal(quantity))
        self.attempt(services.save_draft, who, spec=replace(spec, lines=(line,)))
        self.attempt(services.receive_order, who)

    @rule(who=EVERYBODY)
    def hand_in_again(self, who: str) -> None:
        self.attempt(services.receive_order, who)

    @rule(who=EVERYBODY, approve=st.booleans(), door=st.sampled_from(["service", "page"]))
    def decide(self, who: str, approve: bool, door: str) -> None:
        words = {"approve": approve, "comment": "阅"}
        self.act(door, services.decide_approval, who, "approve", **words)

    @rule(who=EVERYBODY, door=st.sampled_from(["service", "page"]))
    def put_in_force(self, who: str, door: str) -> None:
        self.act(door, services.approve_order, who, "put-in-force")

    @rule(agree=st.booleans())
    def partner_says(self, agree: bool) -> None:
        self.partner_answers(agree=agree)

    @rule(who=EVERYBODY)
    def hold(self, who: str) -> None:
        self.attempt(services.hold_order, who, kind="other", reason="等等")

    @rule(who=EVERYBODY)
    def release(self, who: str) -> None:
        for hold in Hold.objects.filter(subject_id=self.order.pk, released_at=None):
            self.attempt(services.release_order, who, hold=hold, note="好了")

    @rule(who=EVERYBODY)
    def clear_up(self, who: str) -> None:
        for question in self.fresh().clarifications.filter(resolved_at=None):
            with suppress(DomainError), transaction.atomic():
                words: Any = {"means": "phone", "spoke_with": "李明", "result": "说清了"}
                services.record_communication(clarification=question, by=self.people[who], **words)
                services.resolve_clarification(clarification=question, answer="好", by=self.people[who])

    @invariant()
    def approved_means_everything_was_there(self) -> None:
        order = self.fresh()
        if order.status in APPROVED_ON:
            type(self).approved += 1
            problems = list(lacking(order))
            assert not problems, problems

    # hands

    def partner_answers(self, *, agree: bool) -> None:
        order = self.fresh()
        if order.partner:
            with suppress(DomainError), transaction.atomic():
                if agree:
                    services.confirm_by_partner(order=order, by=order.partner.user)
                else:
                    services.object_by_partner(order=order, reason="不同意", by=order.partner.user)

    def go_the_usual_way(self, but_for: set[str]) -> None:
        """What a company does every day, with a step or two forgotten."""
        for step in STEPS:
            if step not in but_for:
                self.take(step)

    def take(self, step: str) -> None:
        if step == "preliminary":
            self.attempt(services.review_preliminarily, Role.INSIDE_SALES, result="passed")
        elif step in DEPARTMENTS:
            words = {"department": step, "result": "favorable"}
            self.attempt(services.give_opinion, DEPARTMENT_ROLE[Department(step)], **words)
        elif step == "waivers":
            for gate in CheckCode.values:
                self.attempt(services.grant_order_waiver, Role.GENERAL_MANAGER, gate=gate, reason="特批")
        elif step == "review":
            self.attempt(services.review_order, Role.ORDER_CENTER)
        elif step == "partner":
            self.partner_answers(agree=True)
        elif step == "force":
            self.attempt(services.approve_order, Role.ORDER_CENTER)
        else:
            self.attempt(services.decide_approval, step.removeprefix("sign "), approve=True)

    def attempt(self, service: Any, who: str, **words: Any) -> None:
        with suppress(DomainError), transaction.atomic():
            service(order=self.fresh(), by=self.people[who], **words)

    def act(self, door: str, service: Any, who: str, page: str, **words: Any) -> None:
        if door == "service":
            return self.attempt(service, who, **words)
        client = Client(raise_request_exception=True)
        client.force_login(self.people[who])
        data = {**words, "decision": "approve" if words.get("approve") else "refuse"}
        assert client.post(f"/orders/{self.order.pk}/{page}/", data).status_code < 500
        return None

    def fresh(self) -> Order:
        return Order.objects.select_related("customer", "partner").get(pk=self.order.pk)


def lacking(order: Order) -> Iterator[str]:
    """What an approved order should not have been approved without, reckoned apart from the guards."""
    own = {*authors_of(order), order.submitted_by_id, order.salesperson_id}
    current = order.rounds.get(number=order.round)
    if not order.preliminary_passed_at:
        yield "preliminary review"
    for opinion in current.opinions.all():
        role = DEPARTMENT_ROLE[Department(opinion.department)]
        if opinion.result not in SIGNED or opinion.by_id in own or not opinion.by.has_role(role):
            yield f"opinion of {opinion.department}: {opinion.result}"
    used = dict(Waiver.objects.filter(subject_id=order.pk, status="used").values_list("gate", "decided_by"))
    line = order.lines.get()
    if line.unit_price < FLOOR and used.get(CheckCode.PRICE_FLOOR, order.salesperson_id) in own:
        yield "waiver of the floor price"
    for check in current.checks.filter(outcome=CheckOutcome.FAILED):
        if getattr(check, "severity", "waiver") != "inform" and used.get(check.code, order.salesperson_id) in own:
            yield f"waiver of {check.code}"
    account = CreditAccount.objects.get(customer=order.customer)
    if account.exposure > account.limit and CheckCode.CREDIT_LIMIT not in used:
        yield "credit"
    if order.partner and order.partner.must_confirm and not order.partner_confirmed_at:
        yield "partner's confirmation"
    yield from _unsigned(order, own)


def _unsigned(order: Order, own: set[int | None]) -> Iterator[str]:
    case = current_case(order)
    if case is None or case.status != "approved":
        yield "approval"
        return
    steps = list(case.steps.all())
    for step in steps:
        if step.status != "approved" or step.decided_by_id in own:
            yield f"signature of {step.role}"
    asked = {step.role for step in steps} | {step.instead_of for step in steps}
    needed = {Role.SALES_MANAGER}
    if order.amount > 50_000 or any(term.due_event == DueEvent.AFTER_DELIVERY for term in order.terms.all()):
        needed.add(Role.SALES_DIRECTOR)
    for role in needed - asked:
        yield f"step of {role}"


@pytest.fixture
def company(db: Any) -> type[Company]:
    class Staffed(Company):
        people = {role: person(role) for role in ROLES}
        product = make_product(stock=STOCK, floor_price=Decimal(FLOOR))

    Staffed.people["second_seller"] = make_user(Role.SALES)
    Staffed.people["manager_and_director"] = make_user(Role.SALES_MANAGER, Role.SALES_DIRECTOR)
    return Staffed


def play(company: type[Company], **over: Any) -> None:
    """The same games every time: whoever breaks a rule sees it before landing."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    words = {"max_examples": 25, "stateful_step_count": 15, "derandomize": True, "deadline": None, **over}
    run_state_machine_as_test(company, settings=settings(suppress_health_check=checks, **words))


@pytest.mark.req("R3.1", "R3.2", "R3.4", "R3.5", "R3.10", "R13.7")
def test_no_sequence_of_acts_approves_an_order_past_its_rules(company):
    play(company)
    assert company.approved > 10, "too few games came to an approval"


@pytest.mark.parametrize(("act", "guard"), [("review", "opinions_are_favorable"), ("approve", "ladder_is_decided")])
def test_with_a_guard_off_the_same_games_find_the_hole(company, monkeypatch, act, guard):
    kept = tuple(each for each in guards.GUARDS[act] if each.__name__ != guard)
    assert len(kept) == len(guards.GUARDS[act]) - 1
    monkeypatch.setitem(guards.GUARDS, act, kept)
    with pytest.raises(Exception) as found:
        play(company, phases=[Phase.generate], max_examples=60, stateful_step_count=5)
    assert not isinstance(found.value, DomainError)
