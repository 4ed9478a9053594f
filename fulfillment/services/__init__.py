from fulfillment.inspected import CheckFinding, ItemFinding
from fulfillment.services.acceptance import LineWord, accept_shipment, sign_delivery
from fulfillment.services.arrivals import change_arrival, tell_of_arrivals
from fulfillment.services.capacity import decide_capacity, set_capacity
from fulfillment.services.carrier_rating import keep_carrier, rate_carriers
from fulfillment.services.carrier_rules import change_carrier_rules
from fulfillment.services.carriers import (
    close_carrier_callback,
    open_carrier_callback,
    remind_of_carrier_contracts,
    save_carrier,
    set_carrier_rate,
)
from fulfillment.services.dispatch import dispatch_shipment, renew_signing_link
from fulfillment.services.dispatch_requests import (
    Wanted,
    correct_dispatch_request,
    order_dispatch,
    request_dispatch,
    return_dispatch_request,
    withdraw_dispatch_request,
)
from fulfillment.services.disruptions import Effect, end_disruption, name_affected_orders, report_disruption
from fulfillment.services.follow_up import (
    end_contingency,
    issue_progress_table,
    plan_contingency,
    record_follow_up,
)
from fulfillment.services.incidents import report_incident, settle_incident
from fulfillment.services.inspection import issue_completion_report, record_inspection, save_inspection_template
from fulfillment.services.loads import dispatch_load, dissolve_load, make_load, take_out_of_load
from fulfillment.services.manifests import Stop, write_manifest
from fulfillment.services.nonconformities import Rework, answer_concession, decide_nonconformity
from fulfillment.services.notices import tell_customer
from fulfillment.services.plan import (
    add_step,
    check_days,
    finish_step,
    moves_of,
    replan_step,
    save_step_template,
    seal_of,
    start_step,
    take_over_step,
)
from fulfillment.services.preparation import check_delivery, record_preparation, report_shortage, settle_shortage
from fulfillment.services.problems import settle_problem
from fulfillment.services.production import reply_production, settle_promise
from fulfillment.services.shipments import cancel_shipment, create_shipment
from fulfillment.services.transport import receive_carrier_event, record_transport_event, watch_arrivals
from fulfillment.services.withdrawn import reserve_goods

__all__ = [
    "CheckFinding",
    "Effect",
    "ItemFinding",
    "LineWord",
    "Rework",
    "Stop",
    "Wanted",
    "accept_shipment",
    "add_step",
    "answer_concession",
    "cancel_shipment",
    "change_arrival",
    "change_carrier_rules",
    "check_days",
    "check_delivery",
    "close_carrier_callback",
    "correct_dispatch_request",
    "create_shipment",
    "decide_capacity",
    "decide_nonconformity",
    "dispatch_load",
    "dispatch_shipment",
    "dissolve_load",
    "end_contingency",
    "end_disruption",
    "finish_step",
    "issue_completion_report",
    "issue_progress_table",
    "keep_carrier",
    "make_load",
    "moves_of",
    "name_affected_orders",
    "open_carrier_callback",
    "order_dispatch",
    "plan_contingency",
    "rate_carriers",
    "receive_carrier_event",
    "record_follow_up",
    "record_inspection",
    "record_preparation",
    "record_transport_event",
    "remind_of_carrier_contracts",
    "renew_signing_link",
    "replan_step",
    "reply_production",
    "report_disruption",
    "report_incident",
    "report_shortage",
    "request_dispatch",
    "reserve_goods",
    "return_dispatch_request",
    "save_carrier",
    "save_inspection_template",
    "save_step_template",
    "seal_of",
    "set_capacity",
    "set_carrier_rate",
    "settle_incident",
    "settle_problem",
    "settle_promise",
    "settle_shortage",
    "sign_delivery",
    "start_step",
    "take_out_of_load",
    "take_over_step",
    "tell_customer",
    "tell_of_arrivals",
    "watch_arrivals",
    "withdraw_dispatch_request",
    "write_manifest",
]
