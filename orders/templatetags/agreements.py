from typing import Any

from django import template

from orders.agreements import product_of

register = template.Library()


@register.simple_tag
def agreed_product(line: Any) -> str:
    """The product of an agreed line as the sheet takes it."""
    return product_of(line)
