"""A company in which everybody tries every act through every door; hypothesis plays it (test_no_way_around).

What an approval needs is said here a second time, by hand.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from accounts.choices import Role
from accounts.delegations import delegate_approvals
from accounts.models import User
from core.errors import DomainError
from credit.models import CreditAccount
from credit.services.exposure import set_credit_limit
from orders import services
from orders.choices import DEPARTMENT_ROLE, CheckCode, CheckOutcome, Department, DueEvent, OrderStatus
from orders.ladder import authors_of, bare_case, current_case
from orders.models import ContractReview, Order
from orders.specs import TermSpec, spec_of
from orders.tasks import expire_quotations, remind_of_contracts
from tests.api.factories import client_of
from tests.factories import ON_DELIVERY, PREPAID, make_customer, make_partner, make_spec
from tests.game import Game
from tests.imports.factories import bring_in, order_file
from workflow.choices import Asks, StepStatus
from workflow.models import Hold, Waiver
from workflow.services import add_approver, return_to_step, revoke_waiver
from workflow.services.sweep import sweep

ON_ACCOUNT = (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 30),)
FLOOR, STOCK, SMALL = 4000, 50, 1000
ROLES = [role for role in Role.values if role != Role.PARTNER]
# Whoever sells also holds every role that looks after the seller: the one to be kept from the own order.
EVERYWHERE = "seller_of_many_hats"
EVERYBODY = st.sampled_from([*ROLES, "second_seller", "manager_and_director", EVERYWHERE])
RESULTS = st.sampled_from(["favorable", "conditional", "unfavorable"])
GATES = st.sampled_from([*CheckCode.values, "payment", "department_opinion"])
DOORS = st.sampled_from(["service", "page"])
LADDER = ("sign sales_manager", "sign sales_director", "sign general_manager")
STEPS = ("preliminary", *Department.values, "proposal", "waivers", "review", "partner", *LADDER, "force")
SIGNED = ("favorable", "conditional")
NO_SIGNATURE = (StepStatus.RETURNED, StepStatus.REPLACED)
APPROVED_ON = (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED)
DESK = ("orders/order", "orders/reviewopinion", "workflow/approvalcase", "workflow/approvalstep", "workflow/waiver",
        "workflow/approvalrule", "credit/creditaccount", "orders/checkpolicy")  # fmt: skip


@dataclass(frozen=True)
class Start:
    """What is ordered, and which of the usual steps are forgotten. A step may name who takes it: "waivers by sales"."""

    price: int = 5000
    quantity: int = 10
    terms: Any = ON_DELIVERY
    limit: int = 1_000_000
    partner: bool = False
    seller: str = Role.SALES
    steps: tuple[str, ...] = STEPS

    def without(self, *steps: str) -> "Start":
        return replace(self, steps=tuple(step for step in self.steps if step not in steps))

    def with_instead(self, step: str, other: str) -> "Start":
        return replace(self, steps=tuple(other if each == step else each for each in self.steps))


# Each reaches a rule that the others pass by.
STARTS = (
    Start(), Start(price=3900), Start(price=90, quantity=1), Start(limit=0), Start(partner=True),
    Start(terms=ON_ACCOUNT), Start(quantity=60), Start(seller=EVERYWHERE), Start(terms=PREPAID, quantity=11),
)  # fmt: skip


class Company(Game):
    """One order, many hands."""

    root: User
    approved = 0
    product: Any
    order: Order
    program: Any = None

    @initialize(start=st.sampled_from(STARTS), skipped=st.sets(st.sampled_from(STEPS), max_size=2))
    def somebody_orders(self, start: Start, skipped: set[str]) -> None:
        self.begin(start.without(*skipped))

    def begin(self, start: Start) -> None:
        customer = make_customer(limit=start.limit)
        over: dict[str, Any] = {"salesperson": self.people[Role.SALES]}
        if start.partner:
            partner = make_partner(customer=customer)
            self.program = client_of(partner)
            over |= {"partner": partner, "partner_reference": "P-1"}
        line = make_spec(product=self.product).lines[0]
        line = replace(line, quantity=Decimal(start.quantity), unit_price=Decimal(start.price))
        spec = make_spec(customer=customer, lines=[line], terms=start.terms, **over)
        self.order = services.place_order(spec=spec, by=self.people[start.seller])
        for step in start.steps:
            self.take(step)

    # ---- what people do --------------------------------------------------------------------------------------------

    @rule(skipped=st.sets(st.sampled_from(STEPS), max_size=2))
    def everybody_works(self, skipped: set[str]) -> None:
        for step in STEPS:
            if step not in skipped:
                self.take(step)

    @rule(who=EVERYBODY, result=st.sampled_from(["passed", "needs_information", "rejected"]))
    def review_preliminarily(self, who: str, result: str) -> None:
        self.attempt(services.review_preliminarily, who, result=result, remarks="看过")

    @rule(who=EVERYBODY, department=st.sampled_from(Department.values), result=RESULTS, door=DOORS)
    def give_opinion(self, who: str, department: str, result: str, door: str) -> None:
        words = {"department": department, "result": result, "remarks": "意见", "conditions": "预付"}
        self.act(door, services.give_opinion, who, "review", **words)

    @rule(who=EVERYBODY, gate=GATES, door=DOORS)
    def waive(self, who: str, gate: str, door: str) -> None:
        if door == "service":
            self.attempt(services.grant_order_waiver, who, gate=gate, reason="特批")
        else:
            self.post(who, f"/orders/{self.order.pk}/waiver/{gate}/", {"reason": "特批", "cap": "900000"})

    @rule(who=EVERYBODY)
    def take_back(self, who: str) -> None:
        for waiver in Waiver.objects.filter(subject_id=self.order.pk, status="granted"):
            with suppress(DomainError), transaction.atomic():
                revoke_waiver(waiver, reason="不行", by=self.people[who])

    @rule(who=EVERYBODY, take=st.booleans(), door=DOORS)
    def decide_on_the_proposal(self, who: str, take: bool, door: str) -> None:
        review = ContractReview.objects.filter(round__order=self.order.pk).last()
        words = {"take": take, "reason": "小单"}
        if review and door == "page":
            words |= {"take": "yes" if take else "no", "uplift_percent": review.percent, "extra_days": review.days}
        self.act(door, services.decide_proposal, who, "proposal", **words)

    @rule(who=EVERYBODY, door=DOORS)
    def pass_review(self, who: str, door: str) -> None:
        self.act(door, services.review_order, who, "pass-review")

    @rule(who=EVERYBODY)
    def send_back(self, who: str) -> None:
        self.attempt(services.return_to_sales, who, reason="再议")

    @rule(who=EVERYBODY, price=st.sampled_from([5000, 3900, 90]), quantity=st.sampled_from([1, 60]))
    def edit_and_hand_in(self, who: str, price: int, quantity: int) -> None:
        spec = spec_of(self.fresh())
        line = replace(spec.lines[0], unit_price=Decimal(price), quantity=Decimal(quantity))
        self.attempt(services.save_draft, who, spec=replace(spec, lines=(line,)))
        self.attempt(services.receive_order, who)

    @rule(who=EVERYBODY)
    def hand_in_again(self, who: str) -> None:
        self.attempt(services.receive_order, who)

    @rule(who=EVERYBODY, approve=st.booleans(), door=DOORS)
    def decide(self, who: str, approve: bool, door: str) -> None:
        words = {"approve": approve, "comment": "阅"}
        self.act(door, services.decide_approval, who, "approve", **words)

    @rule(who=EVERYBODY, other=EVERYBODY, before=st.booleans())
    def ask_one_more(self, who: str, other: str, before: bool) -> None:
        self.on_case(add_approver, who, person=self.people[other], before=before, word="请看")

    @rule(who=EVERYBODY, back_to=st.integers(1, 4))
    def send_back_a_step(self, who: str, back_to: int) -> None:
        self.on_case(return_to_step, who, target=back_to, comment="请再看")

    @rule(who=EVERYBODY, other=EVERYBODY)
    def name_a_stand_in(self, who: str, other: str) -> None:
        today = timezone.localdate()
        with suppress(DomainError), transaction.atomic():
            delegate_approvals(
                giver=self.people[who], receiver=self.people[other], start_date=today, end_date=today, reason="出差",
                by=self.people[who],
            )  # fmt: skip
        self.people[other].__dict__.pop("acting_for", None)

    @rule(who=EVERYBODY, door=DOORS)
    def put_in_force(self, who: str, door: str) -> None:
        self.act(door, services.approve_order, who, "put-in-force")

    @rule(agree=st.booleans())
    def partner_says(self, agree: bool) -> None:
        self.partner_answers(agree=agree)

    @rule(limit=st.sampled_from([0, 1_000_000]))
    def finance_sets_the_limit(self, limit: int) -> None:
        self.set_limit(limit)

    @rule(who=EVERYBODY, held=st.booleans())
    def hold_or_release(self, who: str, held: bool) -> None:
        if held:
            return self.attempt(services.hold_order, who, kind="other", reason="等等")
        for hold in Hold.objects.filter(subject_id=self.order.pk, released_at=None):
            self.attempt(services.release_order, who, hold=hold, note="好了")
        return None

    @rule(who=EVERYBODY)
    def clear_up(self, who: str) -> None:
        for question in self.fresh().clarifications.filter(resolved_at=None):
            with suppress(DomainError), transaction.atomic():
                words: Any = {"means": "phone", "spoke_with": "李明", "result": "说清了"}
                services.record_communication(clarification=question, by=self.people[who], **words)
                services.resolve_clarification(clarification=question, answer="好", by=self.people[who])

    # ---- the other doors -------------------------------------------------------------------------------------------

    @rule(what=st.sampled_from(["confirm", "object", "cancel"]))
    def the_partners_program_acts(self, what: str) -> None:
        if self.program:
            body = {"reason": "项目变了"} if what != "confirm" else None
            self.knock(self.program, "post", f"/api/v1/orders/{self.order.number}/{what}/", body)

    @rule(method=st.sampled_from(["put", "patch", "post"]))
    def the_partners_program_writes_what_it_may_not(self, method: str) -> None:
        if self.program:
            body = {"status": "approved", "approved_at": timezone.now().isoformat(), "confirmed": True}
            assert self.knock(self.program, method, f"/api/v1/orders/{self.order.number}/", body) in (404, 405, 429)
            self.knock(self.program, "post", "/api/v1/orders/", {**body, "reference": "P-2"})

    @rule(who=EVERYBODY, what=st.sampled_from(["confirm", "object", "cancel"]))
    def a_browsers_session_is_no_key(self, who: str, what: str) -> None:
        client = self.browser(who)
        url = f"/api/v1/orders/{self.order.number}/{what}/"
        assert self.knock(client, "post", url, {"reason": "x"}) in (401, 403)

    @rule(who=EVERYBODY, place=st.sampled_from(["orders", "approvals"]))
    def sign_in_a_list(self, who: str, place: str) -> None:
        case = bare_case(self.fresh())
        pick = self.order.pk if place == "orders" else case.pk if case else 0
        self.post(who, f"/{place}/", {"act": "approve", "pick": [pick], "confirmed": "1", "comment": "阅"})

    @rule(who=st.sampled_from([Role.INSIDE_SALES, Role.ORDER_CENTER, Role.ADMIN, Role.SALES_MANAGER, EVERYWHERE]))
    def bring_a_file(self, who: str) -> None:
        head = (
            "number,customer,product code,description,quantity,unit price,status,approved_at,reviewed,partner confirmed"
        )
        line = f"{self.order.number},{self.fresh().buyer.name},{self.product.code},x,1,1,approved,2026-01-01,yes,yes"
        with suppress(DomainError), transaction.atomic():
            bring_in(order_file(line, head=head), by=self.people[who])

    @rule(page=st.sampled_from(DESK), door=st.sampled_from(["change", "delete", "add"]), who=EVERYBODY)
    def write_at_the_desk_of_the_database(self, page: str, door: str, who: str) -> None:
        """Django's own administration looks on: it gives nobody a pen, not even who may see everything."""
        subject = {"orders/order": self.order.pk, "workflow/approvalcase": getattr(bare_case(self.order), "pk", 1)}
        row = subject.get(page) or self.last_row(page)
        url = f"/admin/{page}/add/" if door == "add" else f"/admin/{page}/{row}/{door}/"
        data = {"status": "approved", "result": "favorable", "limit": "9999999", "post": "yes", "is_active": ""}
        for client in (self.browser(who), self.browser_of(self.root)):
            assert self.knock(client, "post", url, data, form=True) in (302, 403, 404)

    @rule(days=st.sampled_from([0, 3, 60]))
    def time_passes(self, days: int) -> None:
        """What the timetable runs: reminders, escalations and lapses, none of them a signature."""
        sweep(timezone.now() + timedelta(days=days))
        expire_quotations()
        remind_of_contracts()

    # ---- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def approved_means_everything_was_there(self) -> None:
        for order in Order.objects.filter(status__in=APPROVED_ON).select_related("customer", "partner"):
            type(self).approved += 1
            problems = list(lacking(order))
            assert not problems, problems

    # ---- hands -----------------------------------------------------------------------------------------------------

    def take(self, step: str) -> None:
        """A step of the usual way, by whom it is usual or by whoever is named."""
        what, _by, who = step.partition(" by ")
        if what in Department.values:
            words = {"department": what, "result": "favorable"}
            self.attempt(services.give_opinion, who or DEPARTMENT_ROLE[Department(what)], **words)
        elif what.startswith("sign "):
            self.attempt(services.decide_approval, what.removeprefix("sign "), approve=True)
        elif what.startswith("limit "):
            self.set_limit(int(what.removeprefix("limit ")))
        else:
            self.usual()[what](who)

    def usual(self) -> dict[str, Callable[[str], None]]:
        return {
            "preliminary": lambda who: self.attempt(
                services.review_preliminarily, who or Role.INSIDE_SALES, result="passed"
            ),
            "proposal": lambda who: self.attempt(
                services.decide_proposal, who or Role.ORDER_CENTER, take=False, reason="老客户"
            ),
            "waivers": lambda who: self.waive_everything(who or Role.GENERAL_MANAGER),
            "review": lambda who: self.attempt(services.review_order, who or Role.ORDER_CENTER),
            "partner": lambda who: self.partner_answers(agree=True),
            "force": lambda who: self.attempt(services.approve_order, who or Role.ORDER_CENTER),
        }

    def waive_everything(self, who: str) -> None:
        for gate in CheckCode.values:
            self.attempt(services.grant_order_waiver, who, gate=gate, reason="特批")

    def partner_answers(self, *, agree: bool) -> None:
        order = self.fresh()
        if order.partner:
            with suppress(DomainError), transaction.atomic():
                if agree:
                    services.confirm_by_partner(order=order, by=order.partner.user)
                else:
                    services.object_by_partner(order=order, reason="不同意", by=order.partner.user)

    def set_limit(self, limit: int) -> None:
        """Not on an approved order: what was approved within its limit stays."""
        if self.fresh().status in APPROVED_ON:
            return
        finance = self.people[Role.FINANCE]
        set_credit_limit(customer=self.fresh().buyer, limit=Decimal(limit), reason="年审", by=finance)

    def on_case(self, service: Any, who: str, **words: Any) -> None:
        if case := bare_case(self.order):
            with suppress(DomainError), transaction.atomic():
                service(case, by=self.people[who], **words)

    def attempt(self, service: Any, who: str, **words: Any) -> None:
        with suppress(DomainError), transaction.atomic():
            service(order=self.fresh(), by=self.people[who], **words)

    def act(self, door: str, service: Any, who: str, page: str, **words: Any) -> None:
        if door == "service":
            return self.attempt(service, who, **words)
        data = {**words, "decision": "approve" if words.get("approve") else "refuse"}
        return self.post(who, f"/orders/{self.order.pk}/{page}/", data)

    def last_row(self, page: str) -> int:
        rows = Waiver.objects.order_by("-pk").values_list("pk", flat=True)
        return (rows.first() or 1) if page == "workflow/waiver" else 1

    def fresh(self) -> Order:
        return Order.objects.select_related("customer", "partner").get(pk=self.order.pk)


def lacking(order: Order) -> Iterator[str]:
    """What an approved order should not have been approved without, reckoned apart from the guards."""
    own = {*authors_of(order), order.submitted_by_id, order.salesperson_id}
    current = order.rounds.get(number=order.round)
    if not order.preliminary_passed_at:
        yield "preliminary review"
    for opinion in current.opinions.select_related("by"):
        role = DEPARTMENT_ROLE[Department(opinion.department)]
        if opinion.result not in SIGNED or opinion.by_id in own or not opinion.by.has_role(role):
            yield f"opinion of {opinion.department}: {opinion.result}"
    used = dict(Waiver.objects.filter(subject_id=order.pk, status="used").values_list("gate", "decided_by"))
    line = order.lines.get()
    if line.unit_price < FLOOR and used.get(CheckCode.PRICE_FLOOR, order.salesperson_id) in own:
        yield "waiver of the floor price"
    for check in current.checks.filter(outcome=CheckOutcome.FAILED).exclude(severity="inform"):
        if used.get(check.code, order.salesperson_id) in own:
            yield f"waiver of {check.code}"
    account = CreditAccount.objects.get(customer=order.customer)
    if account.exposure > account.limit and CheckCode.CREDIT_LIMIT not in used:
        yield "credit"
    if order.amount < SMALL and current.contract_review.decision != "declined":
        yield "decision on the proposal for a small order"
    if order.partner and order.partner.must_confirm and not order.partner_confirmed_at:
        yield "partner's confirmation"
    yield from _unsigned(order, own)


def _unsigned(order: Order, own: set[int | None]) -> Iterator[str]:
    case = current_case(order)
    if case is None or case.status != "approved":
        yield "approval"
        return
    steps = [step for step in case.steps.all() if step.status not in NO_SIGNATURE]
    for step in steps:
        if step.status != "approved" or step.decided_by_id in own or step.on_behalf_of_id in own:
            yield f"signature of {step.role}"
        elif not _was_asked(step):
            yield f"signature of {step.role} by {step.decided_by}"
    asked = {step.role for step in steps} | {step.instead_of for step in steps}
    needed = {Role.SALES_MANAGER}
    if order.amount > 50_000 or any(term.due_event == DueEvent.AFTER_DELIVERY for term in order.terms.all()):
        needed.add(Role.SALES_DIRECTOR)
    for role in needed - asked:
        yield f"step of {role}"


def _was_asked(step: Any) -> bool:
    signer = step.on_behalf_of or step.decided_by
    if step.asks == Asks.ADDED:
        return bool(signer == step.person)
    return bool(signer.has_role(step.role, step.instead_of))
