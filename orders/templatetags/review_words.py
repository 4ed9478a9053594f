"""Codes of the review in words, for papers that freeze codes: `{{ opinion.result|opinion_word }}`."""

from typing import Any

from django import template

from customers.choices import Tier
from orders.choices import (
    AcceptanceMode,
    AnswerResult,
    CheckCode,
    CheckOutcome,
    Department,
    OpinionResult,
    ProposalDecision,
    Severity,
)
from orders.models import ReviewCheck

register = template.Library()
WORDS = {
    "department_word": Department, "opinion_word": OpinionResult, "answer_word": AnswerResult, "check_word": CheckCode,
    "outcome_word": CheckOutcome, "severity_word": Severity, "mode_word": AcceptanceMode,
    "proposal_word": ProposalDecision, "tier_word": Tier,
}  # fmt: skip


def _register(name: str, choices: Any) -> None:
    register.filter(name, lambda code: choices(code).label if code in choices.values else code)


for _name, _choices in WORDS.items():
    _register(_name, _choices)


@register.filter
def source_words(check: dict[str, Any]) -> str:
    """Where a frozen check's figure comes from, in the language of the paper."""
    return ReviewCheck(source=check["source"], source_values=check["source_values"]).source_text
