from typing import Any

from django import template
from django.template import RequestContext

from accounts.navigation import Item, items_for, may_open_page

register = template.Library()


@register.simple_tag(takes_context=True)
def main_menu(context: RequestContext) -> dict[str, Any]:
    """{% main_menu as menu %}: `groups` for the sidebar, `phone` for the bar at the foot, `rest` behind "More"."""
    request = context.get("request")
    items = list(items_for(request)) if request and request.user.is_authenticated else []
    groups: dict[int, list[Item]] = {}
    for item in items:
        groups.setdefault(item.entry.group, []).append(item)
    return {
        "groups": list(groups.values()),
        "phone": [item for item in items if item.entry.on_phone],
        "rest": [item for item in items if not item.entry.on_phone],
    }


@register.simple_tag(takes_context=True)
def may_open(context: RequestContext, url: str, here: bool = True) -> bool:
    """`{% may_open reason.url as way %}{% if way %}…`: whether the reader's roles open the page behind an address.

    `here=False`: the page one is on leads nowhere.
    """
    request = getattr(context, "request", None)
    if request is None or not url:
        return bool(url)
    return (here or url != request.path) and may_open_page(request, url)
