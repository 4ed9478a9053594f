"""Checklists of the departments: what is asked, and what an opinion must answer (R3.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import ProductFamily
from core import audit
from core.errors import DomainError
from orders.choices import AnswerResult, Department, OpinionResult
from orders.models import Order, OrderLine, ReviewChecklistItem

FIELDS = ("department", "family_id", "position", "text", "text_en", "is_required", "is_active")


@dataclass(frozen=True)
class Answer:
    """What a department says to one item."""

    result: str
    remark: str = ""


Answers = Mapping[int, Answer]


def items_for(order: Order, department: str) -> list[ReviewChecklistItem]:
    """What the department is asked about this order: its general items, and those of the families ordered."""
    families = OrderLine.objects.filter(order=order, product__family__isnull=False).values("product__family")
    rows = ReviewChecklistItem.objects.filter(department=department, is_active=True)
    return list(rows.filter(Q(family__isnull=True) | Q(family__in=families)).select_related("family"))


def frozen_answers(order: Order, department: str, result: str, answers: Answers) -> list[dict[str, Any]]:
    """The answers as the opinion keeps them: with the words that were asked, whatever becomes of the list.

    Raises DomainError("checklist") by field for a favourable opinion that leaves a required item open, for an item not
    in order without a remark, and for an opinion without conditions that has one not in order.
    """
    items = items_for(order, department)
    problems = {f"answer_{item.pk}": [text] for item in items if (text := _problem(item, result, answers))}
    if problems:
        raise DomainError("checklist", _("The checklist is not complete."), fields=problems)
    given = [(item, answers[item.pk]) for item in items if item.pk in answers and answers[item.pk].result]
    return [
        {"item": item.pk, "text": item.text, "text_en": item.text_en, "result": answer.result, "remark": answer.remark}
        for item, answer in given
    ]


def _problem(item: ReviewChecklistItem, result: str, answers: Answers) -> Any:
    answer = answers.get(item.pk, Answer(""))
    if answer.result and answer.result not in AnswerResult.values:
        return _("Choose an answer.")
    if answer.result == AnswerResult.NOT_OK and not answer.remark.strip():
        return _("Say what is not in order.")
    if answer.result == AnswerResult.NOT_OK and result == OpinionResult.FAVORABLE:
        return _("This is not in order: give the opinion with conditions, or against it.")
    if not answer.result and item.is_required and result != OpinionResult.UNFAVORABLE:
        return _("Answer this item first.")
    return None


@act("orders.save_checklist_item", roles={Role.ADMIN, Role.ORDER_CENTER})
def save_checklist_item(
    *, department: str, text: str, by: User, text_en: str = "", family: ProductFamily | None = None, position: int = 1,
    is_required: bool = True, is_active: bool = True, item: ReviewChecklistItem | None = None,
    now: datetime | None = None,
) -> ReviewChecklistItem:  # fmt: skip
    """Add an item or change one; opinions given keep the words they answered. Raises DomainError by field."""
    problems = {}
    if department not in Department.values:
        problems["department"] = [_("Choose a department.")]
    if not text.strip():
        problems["text"] = [_("Say what is to be checked.")]
    if problems:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=problems)
    if item is not None:
        item = ReviewChecklistItem.objects.select_for_update().get(pk=item.pk)
    before = {name: getattr(item, name) for name in FIELDS} if item else {}
    item = item or ReviewChecklistItem()
    item.department, item.family, item.position = department, family, position
    item.text, item.text_en, item.is_required, item.is_active = text.strip(), text_en.strip(), is_required, is_active
    item.save()
    changes = audit.differences(before, {name: getattr(item, name) for name in FIELDS})
    audit.record("checklist_item.saved", item, by=by, changes=changes, now=now)
    return item
