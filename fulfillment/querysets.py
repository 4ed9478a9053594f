"""Reads in words of the trade; whoever may see the order may see what became of it."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value

from accounts.choices import MANAGERS, Role
from accounts.models import User
from accounts.querysets import HouseQuerySet
from core.search import matching
from fulfillment.choices import Mode, ProblemStatus, ShipmentStatus
from orders.models import Order


class OfOrderQuerySet(models.QuerySet[Any]):
    """Rows that stand under an order, reached by `order_path`."""

    order_path = "order"

    def visible_to(self, user: User) -> Self:
        return self.filter(**{f"{self.order_path}__in": Order.objects.visible_to(user).order_by()})


class OfShipmentQuerySet(OfOrderQuerySet):
    order_path = "shipment__order"


class ShipmentQuerySet(OfOrderQuerySet):
    def arriving(self, first: date, last: date, *, told_since: datetime) -> Self:
        """Under way, expected from `first` to `last`, and not told of since then as it is expected now. `told_number`
        is that of the last notice, read in the same breath."""
        notices = self.model._meta.get_field("arrival_notices").related_model._default_manager
        newest = notices.filter(shipment=OuterRef("pk")).order_by("-number")
        rows = self.filter(
            status=ShipmentStatus.DISPATCHED, arrived_at__isnull=True, expected_arrival__range=(first, last)
        )
        told = {f"told_{name}": Subquery(newest.values(name)[:1]) for name in ("expected_arrival", "at", "number")}
        told_of = Q(told_expected_arrival__isnull=False, told_expected_arrival=F("expected_arrival"))
        return rows.annotate(**told).exclude(told_of, told_at__gte=told_since)

    def overdue(self, today: date) -> Self:
        """Under way past the day they were expected on, and nobody said they arrived (R5.6)."""
        return self.filter(status=ShipmentStatus.DISPATCHED, arrived_at__isnull=True, expected_arrival__lt=today)

    def undated(self) -> Self:
        """Under way, and nobody said when they arrive; the customer who fetches goods knows it (R5.5)."""
        awaited = self.filter(status=ShipmentStatus.DISPATCHED, arrived_at__isnull=True, expected_arrival__isnull=True)
        return awaited.exclude(mode=Mode.PICKUP)

    def search(self, text: str) -> Self:
        """By shipment or waybill number, carrier, order number or a piece of the customer's name."""
        own = matching(self.model._default_manager.all(), "search_text", text).order_by().values("pk")
        orders = Order.objects.search(text).order_by().values("pk")
        return self.filter(Q(pk__in=own) | Q(order_id__in=orders)) if text else self


class LoadQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Whoever may see one of its shipments; one without any left, whoever loads."""
        shipments = self.model._meta.get_field("shipments").related_model._default_manager.all()
        seen: Any = Q(pk__in=shipments.visible_to(user).filter(load__isnull=False).order_by().values("load"))
        if user.has_role(Role.WAREHOUSE, Role.LOGISTICS, *MANAGERS):
            seen |= ~Exists(shipments.filter(load=OuterRef("pk")))
        return self.filter(seen)


class ManifestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Whoever sees all orders and has to do with dispatch: it names the receivers of several customers (R1.6)."""
        return self if user.has_role(Role.WAREHOUSE, Role.LOGISTICS, Role.INSIDE_SALES, *MANAGERS) else self.none()


class IncidentQuerySet(OfShipmentQuerySet):
    def open(self) -> Self:
        return self.filter(settled_at__isnull=True)


class DispatchRequestQuerySet(OfOrderQuerySet):
    def search(self, text: str) -> Self:
        """By request or order number, or a piece of the customer's name."""
        orders = Order.objects.search(text).order_by().values("pk")
        return self.filter(Q(number__iexact=text) | Q(order_id__in=orders)) if text else self


class ShipmentLineQuerySet(OfShipmentQuerySet):
    def gone(self) -> Self:
        """What has left the house."""
        return self.filter(shipment__shipped_at__isnull=False)

    def search(self, text: str) -> Self:
        """By what its shipment is found by, its batch, or a piece of the goods' description."""
        if not text:
            return self
        shipments = self.model._meta.get_field("shipment").related_model._default_manager.all()
        own = Q(shipment_id__in=shipments.search(text).order_by().values("pk"))
        goods = Q(order_line__description__icontains=text) | Q(order_line__product__code__iexact=text)
        return self.filter(own | goods | Q(pk__in=self.model._default_manager.filter(batches__batch=text).values("pk")))

    def prepared_quantities(self, order: Order) -> dict[int, Any]:
        """What other dispatch orders already hold, by order line."""
        rows = self.filter(shipment__order=order, shipment__status=ShipmentStatus.PREPARED)
        return dict(rows.values_list("order_line_id").annotate(Sum("quantity")).order_by())


class ProblemQuerySet(OfOrderQuerySet):
    order_path = "acceptance__shipment__order"

    def open(self) -> Self:
        return self.filter(status=ProblemStatus.OPEN)


class RequisitionQuerySet(HouseQuerySet):
    """Forms are the house's; the number of the order one is about is for who may see that order."""

    def with_order_of(self, user: User) -> Self:
        """Adds `of_another`: it is about an order this person may not see."""
        hidden = Order.objects.hidden_from(user)
        if hidden is None:
            return self.annotate(of_another=Value(False))
        return self.annotate(of_another=Exists(hidden.filter(pk=OuterRef("order"))))

    def read_by(self, user: User) -> Self:
        """Whose papers are for this person: the order's number stands in them."""
        rows = self.visible_to(user).with_order_of(user)
        return rows.filter(Q(of_another=False) | Q(created_by=user))


class FollowUpQuerySet(OfOrderQuerySet):
    def newest(self) -> Self:
        """One of each order: where it stands now."""
        later = self.model._default_manager.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
        return self.exclude(Exists(later))


class PlanStepQuerySet(OfOrderQuerySet):
    order_path = "order_line__order"

    def open(self) -> Self:
        return self.filter(finished_at__isnull=True)


class InspectionQuerySet(OfOrderQuerySet):
    def visible_to(self, user: User) -> Self:
        """With its order; what came in belongs to no order and is the house's own."""
        of_order = Q(order__in=Order.objects.visible_to(user).order_by())
        return self.filter(of_order | Q(order=None)) if user.works_here else self.none()


class NonconformityQuerySet(InspectionQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class DisruptionQuerySet(HouseQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)
