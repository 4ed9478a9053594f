"""Clocks and the rules behind them, for the pages of every room: `{% load workflow_tags %}`."""

from typing import Any

from django import template

from core.subjects import work_url_of
from workflow import policy_words
from workflow.clocks import clock_of
from workflow.models import WorkItem, WorkPolicy

register = template.Library()


@register.inclusion_tag("workflow/_clock.html")
def clock(item: WorkItem) -> dict[str, Any]:
    """`{% clock item %}`: due time and what is left, or why it is paused."""
    return {"clock": clock_of(item)}


@register.simple_tag
def work_url(item: WorkItem) -> str:
    """`{% work_url item %}`: where the work is done."""
    return work_url_of(item)


@register.filter
def time_limit(policy: WorkPolicy) -> str:
    return policy_words.time_limit(policy)


@register.filter
def policy_warnings(policy: WorkPolicy) -> str:
    return policy_words.warnings(policy)


@register.filter
def policy_ladder(policy: WorkPolicy) -> list[str]:
    return policy_words.ladder(policy)
