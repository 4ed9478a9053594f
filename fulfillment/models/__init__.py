from fulfillment.models.acceptance import Acceptance, AcceptanceLine, AcceptanceProblem
from fulfillment.models.production import Inspection, ProductionReply, PromiseStep
from fulfillment.models.shipment import Shipment, ShipmentBatch, ShipmentLine

__all__ = [
    "Acceptance",
    "AcceptanceLine",
    "AcceptanceProblem",
    "Inspection",
    "ProductionReply",
    "PromiseStep",
    "Shipment",
    "ShipmentBatch",
    "ShipmentLine",
]
