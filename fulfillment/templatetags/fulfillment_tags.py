"""For the order's page and the papers of a shipment."""

from typing import Any

from django import template

from fulfillment.choices import FollowUpStage, LineResult, Mode, Severity, Via
from fulfillment.inspected import why as why_failed
from fulfillment.page import OrderSection
from fulfillment.signing import address, qr_of, token_of

register = template.Library()


@register.simple_tag(takes_context=True)
def fulfillment_of(context: Any, order: Any) -> OrderSection:
    """`{% fulfillment_of order as section %}`: its parts are read when they are shown, each once."""
    request = context.get("request")
    return OrderSection(order, getattr(request, "user", None))


@register.simple_tag
def signing_qr(signing: Any) -> str:
    """The code on the delivery note: made when the paper is drawn, for the database keeps only the seed."""
    return qr_of(address(token_of(signing["shipment"], signing["seed"]))) if signing else ""


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


@register.filter
def mode_name(value: Any) -> str:
    return _label(Mode, value)


@register.filter
def result_name(value: Any) -> str:
    return _label(LineResult, value)


@register.filter
def via_name(value: Any) -> str:
    return _label(Via, value)


@register.filter
def severity_name(value: Any) -> str:
    return _label(Severity, value)


@register.filter
def stage_name(value: Any) -> str:
    return _label(FollowUpStage, value)


@register.filter
def why(item: Any) -> str:
    """What was wrong with the goods of an inspection."""
    return why_failed(item)
