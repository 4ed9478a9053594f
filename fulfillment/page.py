"""What the order's and the shipment's pages show, in a number of queries that does not grow."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, Prefetch

from accounts.acts import may
from accounts.models import User
from core.models import Document
from core.subjects import key_of
from fulfillment.models import (
    AcceptanceProblem,
    ContingencyPlan,
    DispatchRequest,
    FollowUp,
    Inspection,
    Nonconformity,
    PromiseStep,
    Shipment,
    ShipmentLine,
    Shortage,
    TransportIncident,
)
from fulfillment.services.follow_up import FOLLOWED
from orders.choices import OrderStatus
from orders.models import Order


def papers_of(subject: Model) -> list[tuple[Document, list[tuple[str, str]]]]:
    """The papers in force with the languages they are drawn in."""
    subject_type, subject_id = key_of(subject)
    rows = Document.objects.filter(subject_type=subject_type, subject_id=subject_id, superseded_by=None)
    return [(document, list(settings.LANGUAGES)) for document in rows.order_by("pk")]


@dataclass(frozen=True)
class OrderSection:
    """Production, inspection, shipments and acceptance of one order."""

    order: Order
    user: User | None

    def steps(self) -> Any:
        return PromiseStep.objects.filter(order=self.order).select_related("by", "line").order_by("pk")

    def inspections(self) -> Any:
        return Inspection.objects.filter(order=self.order).select_related("by", "step").order_by("-pk")

    def nonconformities(self) -> Any:
        """The newest first."""
        return Nonconformity.objects.filter(order=self.order).select_related("inspection").order_by("-pk")

    def shortages(self) -> Any:
        """What is missing now."""
        rows = (
            Shortage.objects.filter(order=self.order, settled_at=None) if self.is_under_way else Shortage.objects.none()
        )
        return rows.order_by("pk")

    def may_settle_shortage(self) -> bool:
        return self._may("settle_shortage")

    def may_reserve(self) -> bool:
        return self._may("reserve_goods")

    def follow_ups(self) -> Any:
        """The newest first."""
        rows = FollowUp.objects.filter(order=self.order).select_related("responsible", "by", "order")
        return rows.order_by("-pk")

    def contingencies(self) -> Any:
        rows = ContingencyPlan.objects.filter(order=self.order).select_related("responsible", "ended_by")
        return rows.order_by("-pk")

    def shipments(self) -> Any:
        lines = Prefetch("lines", ShipmentLine.objects.select_related("order_line").prefetch_related("batches"))
        problems = Prefetch("acceptance__problems", AcceptanceProblem.objects.order_by("pk"))
        incidents = Prefetch("incidents", TransportIncident.objects.open(), to_attr="open_incidents")
        rows = Shipment.objects.filter(order=self.order).select_related("acceptance")
        return rows.prefetch_related(lines, problems, incidents).order_by("pk")

    def requests(self) -> Any:
        return DispatchRequest.objects.filter(order=self.order).select_related("shipment").order_by("pk")

    def may_request(self) -> bool:
        return self.is_under_way and self._may("request_dispatch")

    def may_ship(self) -> bool:
        return self.in_production and self._may("create_shipment")

    def may_reply(self) -> bool:
        return self.is_under_way and self._may("reply_production")

    def may_follow_up(self) -> bool:
        return self.order.status in FOLLOWED and self._may("record_follow_up")

    def may_plan_contingency(self) -> bool:
        return self.order.status in FOLLOWED and self._may("plan_contingency")

    def may_issue_progress(self) -> bool:
        return self._may("issue_progress_table")

    def may_end_contingency(self) -> bool:
        return self._may("end_contingency")

    def may_inspect(self) -> bool:
        return self.in_production and self._may("record_inspection")

    def may_report_completion(self) -> bool:
        return self.order.inspection_passed_at is not None and self._may("issue_completion_report")

    @property
    def is_under_way(self) -> bool:
        return self.order.status in (OrderStatus.APPROVED, OrderStatus.IN_PRODUCTION)

    @property
    def in_production(self) -> bool:
        return self.order.status == OrderStatus.IN_PRODUCTION

    def _may(self, act: str) -> bool:
        return self.user is not None and may(self.user, f"fulfillment.{act}")
