from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    name = "fulfillment"
    verbose_name = _("Fulfillment")

    def ready(self) -> None:
        from catalog import promises
        from core import subjects
        from fulfillment.choices import RequisitionKind
        from fulfillment.inspected import told
        from fulfillment.models import (
            AcceptanceProblem,
            CapacityConflict,
            Carrier,
            ContingencyPlan,
            CustomerNotice,
            DispatchRequest,
            Disruption,
            FollowUp,
            Inspection,
            InspectionTemplate,
            Load,
            LoadManifest,
            Nonconformity,
            PlanStep,
            Requisition,
            Shipment,
            Shortage,
            StepTemplate,
            TransportEvent,
            TransportIncident,
        )
        from fulfillment.services.ended import end_with_order
        from fulfillment.services.plan import draw_plans
        from fulfillment.services.requisitions import decide_requisition
        from fulfillment.services.withdrawn import lock_orders, tell_of_withdrawn
        from fulfillment.work import PROBLEM_PARTS
        from orders import ended, started
        from orders.dossier import parts
        from orders.page import disclosed
        from workflow import doors, facts, work_parts
        from workflow.choices import WorkKind

        subjects.register(
            Shipment,
            url="fulfillment:shipment-detail",
            visible_to=lambda user: Shipment.objects.visible_to(user),
            reads_persons=lambda user, shipment: disclosed(shipment.order, user),
        )
        subjects.register(
            AcceptanceProblem,
            url="fulfillment:problem-settle",
            visible_to=lambda user: AcceptanceProblem.objects.visible_to(user),
            reads_persons=lambda user, problem: disclosed(problem.acceptance.shipment.order, user),
        )
        subjects.register(
            DispatchRequest,
            url="fulfillment:request-detail",
            visible_to=lambda user: DispatchRequest.objects.visible_to(user),
        )
        subjects.register(
            Load,
            url="fulfillment:load-detail",
            visible_to=lambda user: Load.objects.visible_to(user),
        )
        subjects.register(
            LoadManifest,
            url=lambda manifest: manifest.get_absolute_url(),
            visible_to=lambda user: LoadManifest.objects.visible_to(user),
            reads_persons=reads_receivers,
        )
        subjects.register(
            Shortage,
            url="fulfillment:shortage-settle",
            visible_to=lambda user: Shortage.objects.visible_to(user),
        )
        subjects.register(
            Disruption,
            url="fulfillment:disruption-detail",
            visible_to=lambda user: Disruption.objects.visible_to(user),
        )
        subjects.register(
            Carrier,
            url="fulfillment:carrier-detail",
            visible_to=lambda user: Carrier.objects.visible_to(user),
        )
        subjects.register(
            CapacityConflict,
            url="fulfillment:conflict-detail",
            visible_to=lambda user: CapacityConflict.objects.visible_to(user),
        )
        subjects.register(
            Requisition,
            url="fulfillment:requisition-detail",
            visible_to=lambda user: Requisition.objects.read_by(user),
            work_url=requisition_work,
        )
        work_parts.divide(WorkKind.ACCEPTANCE_PROBLEM, PROBLEM_PARTS)
        for kind in RequisitionKind:
            facts.offer(kind.value, kind.label, ())
            doors.register(kind.value, lambda requisition, **word: decide_requisition(requisition=requisition, **word))
        subjects.register(
            CustomerNotice,
            url="fulfillment:notice-tell",
            visible_to=lambda user: CustomerNotice.objects.visible_to(user),
        )
        subjects.register(
            ContingencyPlan,
            url="fulfillment:contingency-end",
            visible_to=lambda user: ContingencyPlan.objects.visible_to(user),
        )
        subjects.register(FollowUp, url=order_of, visible_to=lambda user: FollowUp.objects.visible_to(user))
        started.register(draw_plans)
        ended.register(end_with_order)
        promises.register(lock=lock_orders, tell=tell_of_withdrawn)
        subjects.register(
            PlanStep,
            url=lambda step: step.get_absolute_url(),
            visible_to=lambda user: PlanStep.objects.visible_to(user),
        )
        subjects.register(
            StepTemplate,
            url="fulfillment:step-template-edit",
            visible_to=lambda user: StepTemplate.objects.visible_to(user),
        )
        subjects.register(
            TransportIncident,
            url="fulfillment:incident-detail",
            visible_to=lambda user: TransportIncident.objects.visible_to(user),
        )
        subjects.register(
            TransportEvent,
            url=lambda event: event.shipment.get_absolute_url(),
            visible_to=lambda user: TransportEvent.objects.visible_to(user),
        )
        subjects.register(
            Inspection,
            url="fulfillment:inspection-detail",
            visible_to=lambda user: Inspection.objects.visible_to(user),
        )
        subjects.register(
            Nonconformity,
            url="fulfillment:nonconformity-detail",
            visible_to=lambda user: Nonconformity.objects.visible_to(user),
        )
        subjects.register(
            InspectionTemplate,
            url="fulfillment:inspection-item-edit",
            visible_to=lambda user: InspectionTemplate.objects.visible_to(user),
        )
        parts.register(lambda order: Inspection.objects.filter(order=order).order_by("pk"))
        parts.tells(Inspection, told)
        parts.register(lambda order: Nonconformity.objects.filter(order=order).order_by("pk"))
        parts.register(lambda order: TransportIncident.objects.filter(shipment__order=order).order_by("pk"))
        parts.register(lambda order: Requisition.objects.filter(order=order).order_by("pk"))
        parts.register(lambda order: DispatchRequest.objects.filter(order=order).order_by("pk"))
        parts.register(lambda order: Shipment.objects.filter(order=order).order_by("pk"))
        parts.register(lambda order: AcceptanceProblem.objects.filter(acceptance__shipment__order=order).order_by("pk"))


def reads_receivers(user: Any, manifest: Any) -> bool:
    """Of all its stops; every order is asked, so that each reading leaves its trace."""
    from orders.page import disclosed

    stops = manifest.stops.select_related("shipment__order__customer")
    asked = [disclosed(stop.shipment.order, user) for stop in stops]
    return all(asked)


def order_of(part: Any) -> str:
    return str(part.order.get_absolute_url())


def requisition_work(item: Any) -> str:
    """Where the work on a form is done."""
    names = {"approval": "decide", "dispatch_date": "answer", "outsource": "bought", "returned_requisition": "edit"}
    if item.kind in names:
        return reverse(f"fulfillment:requisition-{names[item.kind]}", args=[item.subject_id])
    if item.kind == "time_node":
        return reverse("fulfillment:node-finish", args=[item.key])
    if item.kind == "incoming_inspection":
        return reverse("fulfillment:requisition-inspection", args=[item.subject_id])
    return reverse("fulfillment:requisition-detail", args=[item.subject_id])
