"""Clocks, holds and reasons for the pages of every room: `{% load workflow_tags %}`."""

from typing import Any

from django import template
from django.db.models import Model

from core.subjects import work_url_of
from workflow import ladder, policy_words
from workflow.clocks import clock_of
from workflow.models import ApprovalStep, WorkItem, WorkPolicy
from workflow.services.holds import active_holds, may_release
from workflow.services.work import open_items

register = template.Library()


@register.inclusion_tag("workflow/_clock.html")
def clock(item: WorkItem) -> dict[str, Any]:
    """`{% clock item %}`: due time and what is left, or why it is paused."""
    return {"clock": clock_of(item)}


@register.inclusion_tag("workflow/_clocks.html")
def clocks(subject: Model) -> dict[str, Any]:
    """`{% clocks order %}`: everything that runs for a subject. One query."""
    items = open_items(subject).select_related("policy", "owner").with_pause_reason()
    return {"lines": [(item, clock_of(item)) for item in items]}


@register.inclusion_tag("workflow/_holds.html", takes_context=True)
def holds(context: Any, subject: Model, release_url: str = "") -> dict[str, Any]:
    """`{% holds order %}`: active holds. `release_url` is a URL name taking the hold's primary key."""
    user = context["request"].user
    return {"holds": [(hold, may_release(hold, user)) for hold in active_holds(subject)], "release_url": release_url}


@register.simple_tag
def work_url(item: WorkItem) -> str:
    """`{% work_url item %}`: where the work is done."""
    return work_url_of(item)


@register.filter
def reason_texts(step: ApprovalStep) -> list[str]:
    """`{{ step|reason_texts|join:", " }}`: why this step is asked."""
    return ladder.reason_texts(step.reasons)


@register.filter
def time_limit(policy: WorkPolicy) -> str:
    return policy_words.time_limit(policy)


@register.filter
def policy_warnings(policy: WorkPolicy) -> str:
    return policy_words.warnings(policy)


@register.filter
def policy_ladder(policy: WorkPolicy) -> list[str]:
    return policy_words.ladder(policy)
