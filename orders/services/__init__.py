from orders.services.agreements import call_off
from orders.services.approval import (
    approve_order,
    confirm_by_partner,
    decide_approval,
    grant_order_waiver,
    object_by_partner,
)
from orders.services.asking import ask_for_gate
from orders.services.assignment import save_assignment_rule
from orders.services.cancellation import cancel_order, hold_order, release_order
from orders.services.checklists import save_checklist_item
from orders.services.checks import change_check_policy, preview_check_policy
from orders.services.clarifications import open_clarification, record_communication, resolve_clarification
from orders.services.contract_review import decide_proposal
from orders.services.contracts import (
    end_contract,
    extend_contract,
    link_order,
    remind_of_contracts,
    save_contract,
    sign_contract,
)
from orders.services.dossiers import ask_dossier, take_dossier
from orders.services.execution import (
    close_order,
    mark_accepted,
    record_acceptance,
    record_dispatch,
    record_final_inspection,
    record_promise,
    record_promise_settlement,
    start_production,
)
from orders.services.inquiries import order_inquiry, quote_inquiry
from orders.services.intake import (
    copy_order,
    place_order,
    place_orders,
    receive_order,
    repeat_last_order,
    report_payment,
    save_draft,
)
from orders.services.preliminary import review_preliminarily
from orders.services.quotation_outcome import (
    accept_quotation,
    expire_quotations,
    lose_quotation,
    order_quotation,
    send_quotation,
)
from orders.services.quotations import (
    decide_quotation,
    revise_quotation,
    save_quotation,
    submit_quotation,
    withdraw_quotation,
)
from orders.services.reviews import give_opinion, return_to_sales, review_order
from orders.services.waivers import answer_order_waiver, request_order_waiver

__all__ = [
    "accept_quotation",
    "answer_order_waiver",
    "approve_order",
    "ask_dossier",
    "ask_for_gate",
    "call_off",
    "cancel_order",
    "change_check_policy",
    "close_order",
    "confirm_by_partner",
    "copy_order",
    "decide_approval",
    "decide_proposal",
    "decide_quotation",
    "end_contract",
    "expire_quotations",
    "extend_contract",
    "give_opinion",
    "grant_order_waiver",
    "hold_order",
    "link_order",
    "lose_quotation",
    "mark_accepted",
    "object_by_partner",
    "open_clarification",
    "order_inquiry",
    "order_quotation",
    "place_order",
    "place_orders",
    "preview_check_policy",
    "quote_inquiry",
    "receive_order",
    "record_acceptance",
    "record_communication",
    "record_dispatch",
    "record_final_inspection",
    "record_promise",
    "record_promise_settlement",
    "release_order",
    "remind_of_contracts",
    "repeat_last_order",
    "report_payment",
    "request_order_waiver",
    "resolve_clarification",
    "return_to_sales",
    "review_order",
    "review_preliminarily",
    "revise_quotation",
    "save_assignment_rule",
    "save_checklist_item",
    "save_contract",
    "save_draft",
    "save_quotation",
    "send_quotation",
    "sign_contract",
    "start_production",
    "submit_quotation",
    "take_dossier",
    "withdraw_quotation",
]
