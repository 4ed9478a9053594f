"""What the order's pages share."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.choices import Role
from core.views.acts import ActView
from core.views.pages import SubjectMixin
from orders.models import Order

ORDERS = (_("Orders"), "orders:order-list")


def staff_of(act: str) -> frozenset[str]:
    """Who may open the page of an act: the roles of its service, partners aside, who act through the API."""
    return ACTS[act].roles - {Role.PARTNER}


class OnOrder(SubjectMixin):
    """A page about one order that the person may see."""

    model = Order
    related = ("customer", "customer__owner", "partner", "salesperson", "submitted_by")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(ORDERS[0]), reverse(ORDERS[1])), (str(self.subject), self.subject.get_absolute_url())]


class OrderAct(OnOrder, ActView):
    """An act on an order, as a page or in the dialog."""

    service: Callable[..., Any]
