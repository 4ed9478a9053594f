"""Preparing a quotation: written, approved, written anew (R3.7). What becomes of it: quotation_outcome."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import STAFF_ROLES, Role
from accounts.models import User
from core import audit
from core.bulk import insert_many
from core.errors import Conflict, DomainError, Reason
from core.money import format_money
from core.numbering import draw_number
from orders.choices import QUOTATION_RUNNING, QuotationStatus
from orders.completeness import missing_in_lines, missing_in_terms
from orders.facts_quotation import facts_of_quotation
from orders.models import Quotation, QuotationLine, QuotationTerm
from orders.quotation_specs import QuotationSpec, spec_of_quotation
from orders.services.edits import changes_between, quotation_content
from orders.services.intake import LARGEST
from orders.services.quotation_steps import (
    KIND,
    ask_seller,
    bare_quotation_case,
    former_case,
    lock_quotation,
    move_quotation,
    require_quotation,
)
from workflow.choices import CaseStatus, WorkKind
from workflow.models import ApprovalCase
from workflow.services import cancel_all_work, decide_locked, finish_work, open_case, withdraw_case

S = QuotationStatus
WRITERS = {Role.SALES, Role.INSIDE_SALES, Role.SALES_MANAGER}
REVISABLE = (*QUOTATION_RUNNING, S.LOST, S.EXPIRED)


@act("orders.save_quotation", roles=WRITERS)
def save_quotation(
    *, spec: QuotationSpec, by: User, quotation: Quotation | None = None, edition: int | None = None,
    now: datetime | None = None,
) -> Quotation:  # fmt: skip
    """Keep what has been written so far, complete or not; the first time it draws its number (R2.2).

    `edition` is the one the person saw. Raises Conflict("edited") when somebody saved in between, Conflict("status")
    past the draft, DomainError("too_large") for an amount beyond the books.
    """
    if quotation is None:
        quotation = spec.fill(Quotation(created_by=by))
        return _insert(quotation, spec, number="", by=by, now=now)
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.DRAFT])
    if edition is not None and edition != quotation.edition:
        raise Conflict("edited", _("Somebody else saved this quotation while you were typing. Compare, then save."))
    before = quotation_content(quotation, quotation.lines.select_related("product"), quotation.terms.all())
    spec.fill(quotation)
    _default(quotation, by)
    lines, terms = spec.build_lines(quotation), spec.build_terms(quotation)
    _set_amount(quotation, lines)
    quotation.edition += 1
    quotation.save()
    quotation.lines.all().delete()
    quotation.terms.all().delete()
    insert_many(lines)
    insert_many(terms)
    changes = changes_between(before, quotation_content(quotation, lines, terms))
    audit.record("quotation.edited", quotation, by=by, changes=changes, now=now)
    return quotation


@act("orders.submit_quotation", roles=WRITERS)
def submit_quotation(*, quotation: Quotation, by: User, now: datetime | None = None) -> Quotation:
    """Hand a draft to the ladder (R3.5): the sales manager always, the director above an amount or below the floor.

    Signatures of the approval before, of the version before too, hold where nothing they rest on has changed; when all
    of them do, it is approved at once. Raises DomainError("incomplete") listing what is missing by field,
    Conflict("status").
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.DRAFT])
    if gaps := missing_in_quotation(quotation, timezone.localdate(now)):
        fields: dict[str, list[str]] = {}
        for gap in gaps:
            fields.setdefault(gap.field, []).append(str(gap.text))
        text = _("The quotation cannot be submitted yet: something is missing.")
        raise DomainError("incomplete", text, reasons=gaps, fields=fields)
    quotation.submitted_by = by
    move_quotation(quotation, S.SUBMITTED, by=by, at=now, fields=["submitted_by"])
    finish_work(WorkKind.RETURNED_QUOTATION, quotation, by=by, now=now)
    facts, former = facts_of_quotation(quotation), former_case(quotation)
    case = open_case(KIND, quotation, facts=facts, former=former, by=by, now=now)
    if case.status == CaseStatus.APPROVED:
        _approve(quotation, by=by, now=now)
    return quotation


@act("orders.decide_quotation", roles=STAFF_ROLES)
def decide_quotation(
    *, quotation: Quotation, approve: bool, by: User, comment: str = "", step: int | None = None,
    now: datetime | None = None,
) -> ApprovalCase:  # fmt: skip
    """Decide one's own step. The last approval lets it be sent; a refusal makes it a draft again, with the comment.

    Raises NotPermitted("four_eyes") for whoever wrote, submitted or sells it, DomainError("comment_missing") on a
    refusal without words, Conflict when the step is not one's turn.
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.SUBMITTED])
    case = bare_quotation_case(quotation, lock=True)
    if case is None or case.status != CaseStatus.OPEN:
        raise Conflict("no_case", _("Nothing is waiting for a decision on this quotation."))
    decide_locked(case, quotation, approve=approve, comment=comment, step=step, by=by, now=now)
    if case.status == CaseStatus.APPROVED:
        _approve(quotation, by=by, now=now)
    elif case.status == CaseStatus.REFUSED:
        move_quotation(quotation, S.DRAFT, by=by, at=now, note=comment)
        ask_seller(WorkKind.RETURNED_QUOTATION, quotation, by=by, now=now, title=comment)
    return case


@act("orders.withdraw_quotation", roles=WRITERS)
def withdraw_quotation(*, quotation: Quotation, by: User, reason: str, now: datetime | None = None) -> Quotation:
    """Take a submission back before it is decided: nobody is asked any more, and it is a draft again.

    Raises NotPermitted("not_submitter") for others than who wrote, submitted or sells it, and managers,
    DomainError("reason") without one, Conflict("status").
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, [S.SUBMITTED])
    if not reason.strip():
        raise DomainError("reason", _("Say why it is taken back."), fields={"reason": [_("Required.")]})
    if case := bare_quotation_case(quotation):
        withdraw_case(case, by=by, reason=reason, now=now)
    return move_quotation(quotation, S.DRAFT, by=by, at=now, note=reason, action="withdrawn")


@act("orders.revise_quotation", roles=WRITERS)
def revise_quotation(*, quotation: Quotation, by: User, now: datetime | None = None) -> Quotation:
    """The next version as a draft with the same content; the former one is superseded and ends.

    Raises Conflict("status") for a draft, one in approval, and what was accepted or superseded.
    """
    now = now or timezone.now()
    quotation = lock_quotation(quotation, by=by)
    require_quotation(quotation, REVISABLE)
    spec = spec_of_quotation(quotation)
    move_quotation(quotation, S.SUPERSEDED, by=by, at=now)
    cancel_all_work(quotation, by=by, now=now)
    following = spec.fill(Quotation(created_by=by, version=quotation.version + 1, supersedes=quotation))
    if following.valid_until and following.valid_until < timezone.localdate(now):
        following.valid_until = None  # to be said anew
    return _insert(following, spec, number=quotation.number, by=by, now=now)


def missing_in_quotation(quotation: Quotation, today: date) -> list[Reason]:
    """What it lacks before it can be submitted, in the order of the form."""
    required = {
        "customer": (quotation.customer_id, _("Choose the customer.")),
        "contact_name": (quotation.contact_name, _("Name the contact person.")),
        "salesperson": (quotation.salesperson_id, _("Name the salesperson.")),
        "valid_until": (quotation.valid_until, _("Say until when the quotation is valid.")),
    }
    gaps = [Reason("missing", text, field) for field, (value, text) in required.items() if not value]
    if quotation.valid_until and quotation.valid_until < today:
        gaps.append(Reason("past", _("The quotation would be valid until a day that has passed."), "valid_until"))
    return [*gaps, *missing_in_lines(list(quotation.lines.all())), *missing_in_terms(list(quotation.terms.all()))]


def _approve(quotation: Quotation, *, by: User, now: datetime) -> None:
    move_quotation(quotation, S.APPROVED, by=by, at=now)
    ask_seller(WorkKind.SEND_QUOTATION, quotation, by=by, now=now)


def _insert(quotation: Quotation, spec: QuotationSpec, *, number: str, by: User, now: datetime | None) -> Quotation:
    _default(quotation, by)
    lines, terms = spec.build_lines(quotation), spec.build_terms(quotation)
    _set_amount(quotation, lines)
    quotation.number = number or draw_number("quotation", now=now)
    quotation.search_text = quotation.number.lower()
    quotation.save(force_insert=True)
    _insert_rows(quotation, lines, terms)
    audit.record("quotation.drafted", quotation, by=by, now=now)
    return quotation


def _insert_rows(quotation: Quotation, lines: Sequence[QuotationLine], terms: Sequence[QuotationTerm]) -> None:
    rows: Iterable[QuotationLine | QuotationTerm] = [*lines, *terms]
    for row in rows:
        row.quotation_id = quotation.pk  # it got its key after the rows were built
    insert_many(lines)
    insert_many(terms)


def _default(quotation: Quotation, by: User) -> None:
    if quotation.salesperson_id is None:
        owner = quotation.customer.owner if quotation.customer else None
        quotation.salesperson = by if by.has_role(Role.SALES) else owner


def _set_amount(quotation: Quotation, lines: Sequence[QuotationLine]) -> None:
    quotation.amount = sum((line.amount for line in lines), Decimal(0))
    if quotation.amount > LARGEST:
        raise DomainError(
            "too_large", _("A quotation is at most %(most)s.") % {"most": format_money(LARGEST, quotation.currency)},
            fields={"lines": [_("Check quantities and unit prices.")]},
        )  # fmt: skip
