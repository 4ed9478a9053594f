"""The contract review form: opened with the round, its proposal decided by the order centre (R3.6)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from core.formats import quantity
from core.money import format_money
from orders.acceptance import facts_of_acceptance, mode_of, uplifted
from orders.choices import CheckCode, CheckOutcome, OrderStatus, ProposalDecision, RoundOutcome
from orders.models import ContractReview, Order, ReviewCheck, ReviewRound
from orders.services.clarifications import ask, withdraw
from orders.services.steps import lock_order, require_other_eyes, require_status

LARGEST_UPLIFT, LONGEST = Decimal(100), 365


def open_contract_review(round_: ReviewRound, checks: list[ReviewCheck]) -> ContractReview:
    """Say how the order is taken on, and propose an uplift where it is small and none was agreed before."""
    order = round_.order
    lines = list(order.lines.select_related("product__family"))
    facts = facts_of_acceptance(order, lines, timezone.localdate(round_.opened_at))
    review = ContractReview(round=round_, mode=mode_of(facts, checks), facts=facts)
    small = next(check for check in checks if check.code == CheckCode.SMALL_ORDER)
    policy = small.policy
    if small.outcome == CheckOutcome.FAILED and policy and not _uplift_is_in_the_price(order):
        review.policy, review.decision = policy, ProposalDecision.PROPOSED
        review.uplift_percent, review.extra_days = policy.limit("uplift_percent"), policy.days("extra_days")
        review.lines, review.amount = uplifted(order, lines, review.uplift_percent)
    review.save()
    return review


def _uplift_is_in_the_price(order: Order) -> bool:
    """Whether a former round's uplift was taken over and the order now asks for as much: it is not added twice."""
    former = ContractReview.objects.filter(round__order=order, decision=ProposalDecision.TAKEN).order_by("-pk").first()
    return former is not None and order.amount >= former.amount


@act("orders.decide_proposal", roles={Role.ORDER_CENTER})
def decide_proposal(
    *, order: Order, take: bool, by: User, uplift_percent: Decimal | None = None, extra_days: int | None = None,
    reason: str = "", now: datetime | None = None,
) -> ContractReview:  # fmt: skip
    """Take the proposal for a small order over, changed or not, or decline it (R3.6).

    Taken over, it becomes a question to the customer with its arithmetic; once the customer agrees, the order goes back
    to sales for the new prices. A decision to take it may be turned into a refusal, which takes the question back.
    Percent and calendar days default to those proposed. Raises DomainError("reason") for declining or changing without
    one, DomainError("invalid") by field, Conflict("decided"), Conflict("status"), NotPermitted("four_eyes").
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    require_status(order, OrderStatus.RECEIVED)
    require_other_eyes(order, by)
    review = _open_proposal(order, take)
    before = review.decision
    percent = review.percent if uplift_percent is None else uplift_percent
    days = review.days if extra_days is None else extra_days
    changed = (percent, days) != (review.uplift_percent, review.extra_days)
    if not reason.strip() and (changed or not take):
        raise DomainError("reason", _("Say why."), fields={"reason": [_("Required.")]})
    review.reason, review.decided_by, review.decided_at = reason.strip(), by, now
    if take:
        _take(review, order, percent, days, by=by, now=now)
    else:
        review.decision = ProposalDecision.DECLINED
        if review.question:
            withdraw(review.question, note=reason.strip(), by=by, now=now)
    review.save()
    changes = {"proposal": [before, review.decision], "uplift_percent": [review.uplift_percent, review.agreed_percent]}
    audit.record("order.proposal_decided", order, by=by, changes=changes, note=reason, now=now)
    return review


def _open_proposal(order: Order, take: bool) -> ContractReview:
    rows = ContractReview.objects.select_for_update().filter(round__order=order, round__outcome=RoundOutcome.OPEN)
    review = rows.first()
    open_to = (ProposalDecision.PROPOSED,) if take else (ProposalDecision.PROPOSED, ProposalDecision.TAKEN)
    if review is None or review.decision not in open_to:
        raise Conflict("decided", _("No proposal is open on this order."))
    return review


def _take(review: ContractReview, order: Order, percent: Decimal, days: int, *, by: User, now: datetime) -> None:
    fields = {}
    if not 0 <= percent <= LARGEST_UPLIFT:
        fields["uplift_percent"] = [_("Between 0 and %(most)s.") % {"most": LARGEST_UPLIFT}]
    if not 0 <= days <= LONGEST:
        fields["extra_days"] = [_("Between 0 and %(most)s.") % {"most": LONGEST}]
    if fields:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=fields)
    review.decision, review.agreed_percent, review.agreed_days = ProposalDecision.TAKEN, percent, days
    review.lines, review.amount = uplifted(order, order.lines.all(), percent)
    review.question = ask(order, question=_question(review, order), by=by, now=now)


def _question(review: ContractReview, order: Order) -> str:
    """What sales puts to the customer, with the figures of every line."""
    money = {name: format_money(Decimal(value), order.currency) for name, value in
             (("before", order.amount), ("after", review.amount))}  # fmt: skip
    head = gettext(
        "Small order: does the customer agree to prices %(percent)s %% higher (%(before)s → %(after)s) and delivery "
        "%(days)s days later?"
    ) % {"percent": quantity(review.percent), "days": review.days, **money}
    lines = [
        f"{line['position']}. {quantity(line['unit_price'])} → {quantity(line['proposed_price'])}"
        for line in review.shown_lines
    ]
    return "\n".join([head, *lines])
