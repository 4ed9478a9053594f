from typing import Any

from django import template

from accounts.acts import may
from orders.choices import OrderStatus

register = template.Library()


@register.simple_tag
def visits_of(order: Any) -> Any:
    """`{% visits_of order as visits %}`: one query."""
    return list(order.visits.select_related("by").order_by("-pk"))


@register.simple_tag(takes_context=True)
def may_visit(context: Any, order: Any) -> bool:
    user = getattr(context.get("request"), "user", None)
    return order.status == OrderStatus.ACCEPTED and user is not None and may(user, "aftersales.record_visit")
