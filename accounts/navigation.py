"""The main menu: what exists and what the reader's roles may open, in the order of the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import allows, declared_access


@dataclass(frozen=True)
class Entry:
    """A menu entry; who may open it is asked of the view itself, so the two cannot differ."""

    label: Any
    icon: str
    url_name: str
    query: str = ""
    on_phone: bool = False  # on the bar at the foot of a telephone
    group: int = 1


MENU: tuple[Entry, ...] = (
    Entry(_("Inbox"), "inbox", "workflow:inbox", on_phone=True),
    Entry(_("Orders"), "clipboard-list", "orders:order-list", on_phone=True),
    Entry(_("Reviews"), "list-check", "orders:review-list", on_phone=True),
    Entry(_("Quotations"), "file-text", "orders:quotation-list"),
    Entry(_("Contracts"), "signature", "orders:contract-list"),
    Entry(_("Inquiries"), "message", "customers:inquiry-list", group=2),
    Entry(_("Customers"), "building", "customers:customer-list", group=2),
    Entry(_("Products"), "package", "catalog:product-list", group=2),
    Entry(_("Stock movements"), "building-warehouse", "catalog:movement-list", group=2),
    Entry(pgettext_lazy("work", "Production"), "building-factory-2", "fulfillment:production-list", group=3),
    Entry(_("Production plans"), "columns", "fulfillment:plan-board", group=3),
    Entry(_("Inspections"), "clipboard-check", "fulfillment:inspection-list", group=3),
    Entry(_("Capacity"), "chart-bar", "fulfillment:capacity", group=3),
    Entry(_("Disruptions"), "alert-triangle", "fulfillment:disruption-list", group=3),
    Entry(_("Forms of execution"), "file-text", "fulfillment:requisition-list", group=3),
    Entry(_("Follow-up"), "notes", "fulfillment:follow-up-list", group=3),
    Entry(_("Dispatch requests"), "send", "fulfillment:request-list", group=4),
    Entry(_("Shipments"), "truck-delivery", "fulfillment:shipment-list", group=4),
    Entry(_("Carriers"), "truck", "fulfillment:carrier-list", group=4),
    Entry(_("Loads"), "truck", "fulfillment:load-list", group=4),
    Entry(_("Logistics tracking"), "route", "fulfillment:tracking", group=4),
    Entry(_("Transport incidents"), "alert-triangle", "fulfillment:incident-list", group=4),
    Entry(_("Dispatch ledger"), "list-details", "fulfillment:ledger", group=4),
    Entry(_("Payments"), "coins", "credit:receipt-list", group=4),
    Entry(_("Visits"), "phone", "aftersales:visit-list", group=4),
    Entry(_("Approvals"), "signature", "workflow:approval-list", group=4),
    Entry(_("Special approvals"), "gavel", "workflow:waiver-list", group=5),
    Entry(_("Dashboard"), "chart-bar", "reports:dashboard", group=5),
    Entry(_("Partners"), "plug-connected", "customers:partner-list", group=5),
    Entry(_("Imports"), "file-import", "core:import-list", group=5),
    Entry(_("People and roles"), "users", "accounts:people", group=5),
    Entry(_("Settings"), "settings", "workflow:settings", group=5),
)


@dataclass(frozen=True)
class Item:
    """An entry as one reader sees it on one page."""

    entry: Entry
    url: str
    current: bool


@lru_cache(maxsize=64)
def target(url_name: str) -> tuple[str, Any] | None:
    """Address and view behind a name; None while nobody has written it."""
    try:
        url = reverse(url_name)
        return url, resolve(url).func
    except (NoReverseMatch, Resolver404):
        return None


def items_for(request: HttpRequest) -> Iterator[Item]:
    found = [(entry, *place) for entry in MENU if (place := target(entry.url_name))]
    here = _nearest(request.path, [url for _entry, url, _view in found])
    for entry, url, view in found:
        rule = declared_access(view)
        if rule is not None and allows(rule, request):
            yield Item(entry, url + entry.query, url == here)


def may_open_page(request: HttpRequest, url: str) -> bool:
    """Whether the reader's roles open what stands at the address; an address of elsewhere is not ours to judge."""
    try:
        view = resolve(url.partition("?")[0].partition("#")[0]).func
    except Resolver404:
        return True
    rule = declared_access(view)
    return rule is not None and allows(rule, request)


def _nearest(path: str, urls: list[str]) -> str:
    """The longest address the page stands under; the inbox (/) only counts for itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")
