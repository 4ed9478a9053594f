"""A partner's orders: hand in, read, confirm or object, cancel (R2.6, R3.10, R10.2)."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import schema as shared
from customers.api.reading import Reader, refuse_body
from customers.api.schema import documented
from customers.api.views import PAGING, PartnerView, one
from customers.models import Partner
from orders.api import schema, shown
from orders.api.intake import place, read_order
from orders.choices import OrderStatus
from orders.models import Order, StatusChange
from orders.services import cancel_order, confirm_by_partner, object_by_partner

OrderPage = shared.page_of(schema.OrderSummarySerializer, "OrderPage")


class OrderView(PartnerView):
    """What the order views share: the partner's own orders, shown whole."""

    def show(self, order: Order) -> dict[str, Any]:
        lines = order.lines.select_related("product")
        return shown.whole(order, self.partner.must_confirm, lines, order.terms.all())

    def find(self, number: str) -> Order:
        return one(own_orders(self.partner), number=number)

    def with_reason(self, service: Callable[..., Order], request: Request, number: str) -> Response:
        """An act on one order, for which the body says why."""
        order, body = self.find(number), Reader(request.data)
        reason = body.text("reason", longest=1000, required=True)
        body.finish()
        return self.once(lambda: (200, self.show(service(order=order, reason=reason, by=self.me))), request.data)


def own_orders(partner: Partner) -> QuerySet[Order]:
    """The customer is the partner's and says nothing new, but its index brings the orders in their order."""
    return Order.objects.filter(customer_id=partner.customer_id, partner_id=partner.pk, number__isnull=False)


class Orders(OrderView):
    parameters = {"GET": PAGING | {"status", "changed_since", "reference", "number"}}

    @documented(
        gettext_lazy("List your orders, the newest first"), OrderPage, operation="orders_list", tag="Orders",
        parameters=[*schema.FILTERS, *shared.PAGING],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        orders = filtered(own_orders(self.partner), request.query_params).only(*shown.SUMMARY)
        must_confirm = self.partner.must_confirm
        return self.paged(orders, ("-id",), lambda order: shown.summary(order, must_confirm))

    @documented(
        gettext_lazy("Hand in an order"), schema.OrderSerializer, status=201, request=schema.NewOrderSerializer,
        operation="orders_create", tag="Orders", examples=schema.EXAMPLES,
        description=gettext_lazy(
            "The order is received at once and gets its number; our review follows. A reference you used before is "
            "answered with 409 and the number of the order that has it. Amounts and quantities are text."
        ),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        given = read_order(request.data)

        def act() -> tuple[int, Any]:
            order, spec = place(given, partner=self.partner, by=self.me)
            # From memory: the rows just written need not be read again.
            lines, terms = spec.build_lines(order), spec.build_terms(order)
            return 201, shown.whole(order, self.partner.must_confirm, lines, terms)

        response = self.once(act, request.data)
        response["Location"] = request.build_absolute_uri(f"{request.path}{response.data['number']}/")
        return response


class OneOrder(OrderView):
    @documented(
        gettext_lazy("Read an order"), schema.OrderSerializer, operation="orders_read", tag="Orders", found=True,
        parameters=[schema.NUMBER],
    )  # fmt: skip
    def get(self, request: Request, number: str) -> Response:
        return Response(self.show(self.find(number)))


class Confirm(OrderView):
    @documented(
        gettext_lazy("Confirm a reviewed order"), schema.OrderSerializer, operation="orders_confirm", tag="Orders",
        found=True, parameters=[schema.NUMBER],
        description=gettext_lazy("Only then does it take effect. Confirming twice changes nothing."),
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        order = self.find(number)
        refuse_body(request.data)
        return self.once(lambda: (200, self.show(confirm_by_partner(order=order, by=self.me))))


class Object(OrderView):
    @documented(
        gettext_lazy("Object to a reviewed order"), schema.OrderSerializer, request=schema.ReasonSerializer, found=True,
        operation="orders_object", tag="Orders", parameters=[schema.NUMBER],
        description=gettext_lazy("It goes back to our sales with your reasons, for another round."),
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        return self.with_reason(object_by_partner, request, number)


class Cancel(OrderView):
    @documented(
        gettext_lazy("Cancel an order"), schema.OrderSerializer, request=schema.ReasonSerializer, found=True,
        operation="orders_cancel", tag="Orders", parameters=[schema.NUMBER],
        description=gettext_lazy("Possible until production begins; afterwards our sales manager decides."),
    )  # fmt: skip
    def post(self, request: Request, number: str) -> Response:
        return self.with_reason(cancel_order, request, number)


def filtered(orders: QuerySet[Order], asked: Any) -> QuerySet[Order]:
    """Raises ValidationError for a value that no order can have."""
    if status := asked.get("status"):
        if status not in OrderStatus.values:
            raise ValidationError({"status": [_("One of: %(allowed)s.") % {"allowed": ", ".join(OrderStatus.values)}]})
        orders = orders.filter(status=status)
    if reference := asked.get("reference"):
        orders = orders.filter(partner_reference=reference)
    if number := asked.get("number"):
        orders = orders.filter(number=number)
    if since := asked.get("changed_since"):
        changes = StatusChange.objects.filter(order=OuterRef("pk"), at__gte=_moment(since))
        orders = orders.filter(Exists(changes))
    return orders


def _moment(text: str) -> Any:
    try:
        moment = parse_datetime(text)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValidationError(
            {"changed_since": [_("A moment with its offset is expected, such as 2026-11-21T08:00:00Z.")]}
        )
    return moment
