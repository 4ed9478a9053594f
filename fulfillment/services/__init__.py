from fulfillment.services.acceptance import LineWord, accept_shipment, sign_delivery
from fulfillment.services.dispatch import dispatch_shipment, renew_signing_link
from fulfillment.services.inspection import ItemFinding, record_inspection
from fulfillment.services.problems import settle_problem
from fulfillment.services.production import reply_production, settle_promise
from fulfillment.services.shipments import cancel_shipment, create_shipment

__all__ = [
    "ItemFinding",
    "LineWord",
    "accept_shipment",
    "cancel_shipment",
    "create_shipment",
    "dispatch_shipment",
    "record_inspection",
    "renew_signing_link",
    "reply_production",
    "settle_problem",
    "settle_promise",
    "sign_delivery",
]
