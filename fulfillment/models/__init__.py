from fulfillment.models.acceptance import Acceptance, AcceptanceLine, AcceptanceProblem
from fulfillment.models.arrival import ArrivalNotice
from fulfillment.models.capacity import Capacity, CapacityConflict
from fulfillment.models.carrier import Carrier, CarrierRate
from fulfillment.models.carrier_rules import CarrierRules
from fulfillment.models.dispatch_request import DispatchRequest, DispatchRequestLine
from fulfillment.models.disruption import CustomerNotice, Disruption
from fulfillment.models.follow_up import ContingencyPlan, FollowUp
from fulfillment.models.inspection import Inspection, InspectionTemplate
from fulfillment.models.load import Load
from fulfillment.models.manifest import LoadManifest, ManifestStop
from fulfillment.models.nonconformity import Nonconformity
from fulfillment.models.plan import PlanStep, StepTemplate
from fulfillment.models.preparation import DeliveryCheck, Preparation, Shortage
from fulfillment.models.production import ProductionReply, PromiseStep
from fulfillment.models.requisition import Requisition, RequisitionNode
from fulfillment.models.shipment import Shipment, ShipmentBatch, ShipmentLine
from fulfillment.models.transport import TransportEvent, TransportIncident

__all__ = [
    "Acceptance",
    "AcceptanceLine",
    "AcceptanceProblem",
    "ArrivalNotice",
    "Capacity",
    "CapacityConflict",
    "Carrier",
    "CarrierRate",
    "CarrierRules",
    "ContingencyPlan",
    "CustomerNotice",
    "DeliveryCheck",
    "DispatchRequest",
    "DispatchRequestLine",
    "Disruption",
    "FollowUp",
    "Inspection",
    "InspectionTemplate",
    "Load",
    "LoadManifest",
    "ManifestStop",
    "Nonconformity",
    "PlanStep",
    "Preparation",
    "ProductionReply",
    "PromiseStep",
    "Requisition",
    "RequisitionNode",
    "Shipment",
    "ShipmentBatch",
    "ShipmentLine",
    "Shortage",
    "StepTemplate",
    "TransportEvent",
    "TransportIncident",
]
