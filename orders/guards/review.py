from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import MANAGERS, Role
from core import formats
from core.errors import Reason
from customers.selectors import missing_papers
from customers.services.papers import FILERS
from orders.choices import (
    CHECKS_OF_MONEY,
    DEPARTMENT_ROLE,
    CheckCode,
    Department,
    OpinionResult,
    ProposalDecision,
    Severity,
)
from orders.guards.money import to_be_waived
from orders.ladder import bare_case
from orders.models import Clarification, ContractReview, Order, ReviewCheck, ReviewRound
from workflow.choices import CaseStatus, StepStatus
from workflow.services import valid_waiver

PAPER_FILERS = tuple(sorted(FILERS))


def preliminary_review_passed(order: Order) -> Iterator[Reason]:
    """R2.3"""
    if order.preliminary_passed_at is None:
        yield Reason(
            "preliminary_review", _("The preliminary review has not been passed."), roles=(Role.INSIDE_SALES,),
            since=order.received_at, url=reverse("orders:order-preliminary", args=[order.pk]),
            act=_("Review preliminarily"),
        )  # fmt: skip


def customer_is_qualified(order: Order) -> Iterator[Reason]:
    """R1.7: a new customer's first order does not pass the preliminary review without valid papers."""
    if order.preliminary_passed_at or order.customer is None or not is_new_customer(order):
        return
    for lack in missing_papers(order.customer, timezone.localdate()):
        words = {"paper": lack.kind.label, "day": formats.day(lack.expired_date) if lack.expired_date else ""}
        none, expired = _("New customer, no paper filed: %(paper)s."), _("New customer: %(paper)s expired on %(day)s.")
        url = f"{reverse('customers:paper-file', args=[order.customer_id])}?kind={lack.kind}"
        yield Reason(
            "qualification", (expired if lack.expired_date else none) % words, roles=PAPER_FILERS,
            since=order.received_at, url=url, act=_("File paper"),
        )  # fmt: skip


def is_new_customer(order: Order) -> bool:
    """No order of the customer was ever approved."""
    return not Order.objects.filter(customer_id=order.customer_id, approved_at__isnull=False).exists()


def no_open_clarification(order: Order) -> Iterator[Reason]:
    """R2.4, R2.5: to be asked, with the customer, or past the time the customer had."""
    for clarification in order.clarifications.all():
        if clarification.resolved_at:
            continue
        with_customer = clarification.is_with_customer
        page = "orders:clarification-resolve" if with_customer else "orders:clarification"
        yield Reason(
            "clarification_silent" if clarification.is_silent else "clarification", _question(clarification),
            roles=(Role.INSIDE_SALES, Role.SALES), since=clarification.contacted_at or clarification.asked_at,
            url=reverse(page, args=[clarification.pk]), act=_("Settle question") if with_customer else _("Record talk"),
        )  # fmt: skip


def _question(clarification: Clarification) -> Any:
    words = {"question": clarification.question}
    if not clarification.is_with_customer or clarification.answer_due_at is None:
        return _("To be cleared up with the customer: %(question)s") % words
    words["due"] = formats.moment(clarification.answer_due_at)
    if clarification.is_silent:
        return _("The customer has not answered by %(due)s: %(question)s") % words
    return _("The customer answers by %(due)s: %(question)s") % words


def open_round(order: Order) -> ReviewRound | None:
    return order.rounds.filter(outcome="open").prefetch_related("opinions", "checks").first()


def opinions_are_favorable(order: Order) -> Iterator[Reason]:
    """R3.1: every department has spoken, and none against it."""
    current = open_round(order)
    if current is None:
        yield Reason("no_round", _("The detailed review has not begun."), roles=(Role.INSIDE_SALES,))
        return
    for opinion in current.opinions.all():
        role = DEPARTMENT_ROLE[Department(opinion.department)]
        sheet = reverse("orders:review-sheet", args=[order.pk])
        if opinion.result == OpinionResult.PENDING:
            yield Reason("opinion_pending", _("No opinion yet: %(department)s") % {
                "department": opinion.get_department_display()}, roles=(role,), since=current.opened_at,
                url=sheet, act=_("Give opinion"))  # fmt: skip
        elif opinion.result == OpinionResult.UNFAVORABLE:
            yield Reason("opinion_unfavorable", _("Against it: %(department)s: %(remarks)s") % {
                "department": opinion.get_department_display(), "remarks": opinion.remarks},
                roles=(Role.ORDER_CENTER,), since=opinion.at, url=sheet, act=_("Return to sales"))  # fmt: skip


def checks_passed_or_waived(order: Order) -> Iterator[Reason]:
    """R3.2, R3.4: by the severity it ran under, a failed check is only shown, needs a special approval, or stops it."""
    current = open_round(order)
    for check in current.checks.all() if current else ():
        if not check.blocks:
            continue
        if check.severity == Severity.FORBID:
            yield Reason("check_forbidden", _("%(check)s: this is not allowed, not even by special approval.") % {
                "check": _finding(check)}, roles=(Role.ORDER_CENTER, *sorted(MANAGERS)), since=check.round.opened_at,
                url=reverse("orders:order-return", args=[order.pk]), act=_("Return to sales"))  # fmt: skip
        elif not valid_waiver(order, check.code, amount=to_be_waived(order, check.code)):
            yield Reason("check_failed", _finding(check),
                roles=(Role.SALES_DIRECTOR, Role.GENERAL_MANAGER), since=check.round.opened_at,
                url=reverse("orders:order-waiver", args=[order.pk, check.code]),
                act=_("Approve specially"))  # fmt: skip


def _finding(check: ReviewCheck) -> str:
    if check.code == CheckCode.MARGIN:  # the reason is read by everybody who sees the order, the cost is not
        return _("%(check)s: below what is allowed") % {"check": check.get_code_display()}
    if check.code in CHECKS_OF_MONEY:
        return _("%(check)s: not as the rules allow") % {"check": check.get_code_display()}
    names = {"check": check.get_code_display(), "asked": check.asked, "allowed": check.allowed}
    if not check.asked:
        return f"{names['check']}: {check.source_text}"
    return _("%(check)s: asked %(asked)s, allowed %(allowed)s") % names


def proposal_is_decided(order: Order) -> Iterator[Reason]:
    """R3.6: what is proposed for a small order is decided; what was taken over stands in the next round's price."""
    review = ContractReview.objects.filter(round__order=order, round__outcome="open").select_related("round").first()
    if review is None or review.decision in (ProposalDecision.NONE, ProposalDecision.DECLINED):
        return
    words = {"percent": formats.quantity(review.percent), "days": review.days}
    if review.decision == ProposalDecision.PROPOSED:
        text = _("Small order: %(percent)s %% more and %(days)s days longer are proposed, and not decided.") % words
    else:
        text = _("The uplift of %(percent)s %% was taken over: return the order for new prices, or decline.") % words
    yield Reason(
        "proposal", text, roles=(Role.ORDER_CENTER,), since=review.decided_at or review.round.opened_at,
        url=reverse("orders:order-proposal", args=[order.pk]), act=_("Decide on the proposal"),
    )  # fmt: skip


def ladder_is_decided(order: Order) -> Iterator[Reason]:
    """R3.5: every step of the approval ladder."""
    case = bare_case(order)
    if case is None or case.status in (CaseStatus.REFUSED, CaseStatus.WITHDRAWN):
        yield Reason("no_case", _("The order has not been submitted for approval."), roles=(Role.ORDER_CENTER,))
        return
    if case.status == CaseStatus.OPEN:
        for step in case.steps.select_related("person"):
            if step.status == StepStatus.WAITING:
                yield Reason("approval", _("Approval by %(role)s is awaited.") % {"role": step.asked_of},
                             roles=(step.role,) if step.role else (), since=case.opened_at,
                             url=reverse("orders:order-approve", args=[order.pk]), act=_("Decide"))  # fmt: skip


def partner_confirmed(order: Order) -> Iterator[Reason]:
    """R3.10: a partner's order takes effect only when the partner has confirmed it."""
    if order.partner and order.partner.must_confirm and order.partner_confirmed_at is None:
        yield Reason(
            "partner_confirmation", _("%(partner)s has not confirmed the order.") % {"partner": order.partner},
            roles=(Role.PARTNER,), since=order.reviewed_at,
        )  # fmt: skip
