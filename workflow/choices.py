"""Kinds and states of work, clocks, approvals, holds and waivers."""

from django.db.models import Choices, IntegerChoices, TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def message_id(choice: Choices) -> str:
    """The English source of a choice's label, for messages that are put into words later."""
    with translation.override(None):
        return str(choice.label)


class WorkKind(TextChoices):
    PRELIMINARY_REVIEW = "preliminary_review", _("Preliminary review")
    CLARIFICATION = "clarification", _("Clarification")
    CUSTOMER_ANSWER = "customer_answer", _("Customer's answer")
    REVIEW = "review", _("Review")
    RETURNED_ORDER = "returned_order", _("Returned order")
    APPROVAL = "approval", _("Approval")
    WAIVER = "waiver", _("Special approval")
    PARTNER_CONFIRMATION = "partner_confirmation", _("Partner's confirmation")
    PRODUCTION_REPLY = "production_reply", _("Production reply")
    PROMISE_SETTLEMENT = "promise_settlement", _("Settle the date with the customer")
    CAPACITY_DECISION = "capacity_decision", _("Decide what is made first")
    CUSTOMER_NOTICE = "customer_notice", _("Tell the customer")
    RETURNED_REQUISITION = "returned_requisition", _("Returned form")
    TIME_NODE = "time_node", _("Time node")
    DISPATCH_DATE = "dispatch_date", _("Answer with a dispatch date")
    OUTSOURCE = "outsource", _("Buy in what was approved")
    START_PRODUCTION = "start_production", _("Start of production")
    FINAL_INSPECTION = "final_inspection", _("Final inspection")
    PLAN_STEP = "plan_step", _("Step of production")
    INCOMING_INSPECTION = "incoming_inspection", _("Incoming inspection")
    IN_PROCESS_INSPECTION = "in_process_inspection", _("In-process inspection")
    NONCONFORMITY = "nonconformity", _("Decide on goods not in order")
    FOLLOW_UP = "follow_up", _("Follow up the order")
    CONTINGENCY = "contingency", _("Carry out the contingency plan")
    CONFIRM_RECEIPT = "confirm_receipt", _("Confirm receipt of money")
    DISPATCH_CHECK = "dispatch_check", _("Check the dispatch request")
    RETURNED_DISPATCH = "returned_dispatch", _("Dispatch request sent back")
    SHORTAGE = "shortage", _("Goods missing for dispatch")
    DISPATCH = "dispatch", _("Dispatch")
    CARRIER_CONTRACT = "carrier_contract", _("Carrier's contract that ends soon")
    CARRIER_REPLACEMENT = "carrier_replacement", _("Carrier to be replaced")
    OVERDUE_ARRIVAL = "overdue_arrival", _("Shipment that has not arrived")
    TRANSPORT_INCIDENT = "transport_incident", _("Transport incident")
    ACCEPTANCE = "acceptance", _("Customer's acceptance")
    ACCEPTANCE_PROBLEM = "acceptance_problem", _("Acceptance problem")
    VISIT = "visit", _("Follow-up visit")
    RETURNED_QUOTATION = "returned_quotation", _("Returned quotation")
    SEND_QUOTATION = "send_quotation", _("Send the quotation")
    QUOTATION_FOLLOW_UP = "quotation_follow_up", _("Follow up the quotation")
    ORDER_QUOTATION = "order_quotation", _("Make the order of an accepted quotation")
    CONTRACT_EXPIRY = "contract_expiry", _("Contract that ends soon")
    CLOSE_ORDER = "close_order", _("Close the order")
    INQUIRY = "inquiry", _("Inquiry")
    PAPER_RENEWAL = "paper_renewal", _("Paper renewal")
    ARCHIVE_RENEWAL = "archive_renewal", _("Archive renewal")
    DISCLOSURE = "disclosure", _("Application to read contacts")


class Basis(TextChoices):
    ELAPSED = "elapsed", _("clock time")
    WORKING_HOURS = "working_hours", _("working hours")
    WORKING_DAYS = "working_days", _("working days")


class ReminderKind(TextChoices):
    WARNING = "warning", _("warning")
    DUE = "due", _("due")
    ESCALATION = "escalation", _("escalation")


class HoldKind(TextChoices):
    CREDIT = "credit", _("Credit")
    PAYMENT = "payment", _("Payment")
    CLARIFICATION = "clarification", _("Clarification")
    QUALITY = "quality", pgettext_lazy("hold", "Quality")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    OTHER = "other", _("Other")


class CaseStatus(TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class StepStatus(TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    DROPPED = "dropped", _("No longer asked")
    RETURNED = "returned", pgettext_lazy("approval step", "Sent back")
    REPLACED = "replaced", pgettext_lazy("approval step", "Asked again")


class Asks(TextChoices):
    """Whose signature a step needs."""

    ROLE = "role", _("A role")
    PERSON = "person", _("A named person")
    SUBMITTER_SUPERIOR = "submitter", _("The superior of whoever submits")
    SELLER_SUPERIOR = "seller", _("The superior of the salesperson")
    ADDED = "added", _("Asked by an approver")


class StageMode(TextChoices):
    ALL = "all", _("All of the stage sign")
    ANY = "any", _("One of the stage suffices")


class RuleSetStatus(TextChoices):
    PROPOSED = "proposed", _("Proposed")
    IN_FORCE = "in_force", _("In force")
    FORMER = "former", _("Former")
    DISCARDED = "discarded", _("Discarded")


class Gate(TextChoices):
    """The guards a waiver (特批) can open."""

    PAYMENT = "payment", _("Payment before goods")
    CREDIT = "credit", _("Credit limit")
    PRICE_FLOOR = "price_floor", _("Floor price")
    LEAD_TIME = "lead_time", _("Lead time")
    PAYMENT_TERMS = "payment_terms", _("Payment terms")
    REVIEW_CHECK = "review_check", _("Automatic check")
    DEPARTMENT_OPINION = "department_opinion", _("Department's opinion")
    IDENTITY = "identity", _("Identity of the customer")
    QUALIFICATION = "qualification", _("Qualification papers")
    PRICE_LIST = "price_list", _("Price list")
    MARGIN = "margin", _("Margin")
    ARREARS = "arrears", _("Arrears")
    DUPLICATE = "duplicate", _("Duplicate order")
    SMALL_ORDER = "small_order", _("Small order")
    QUALITY = "quality", pgettext_lazy("hold", "Quality")


class WaiverStatus(TextChoices):
    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Used")
    REVOKED = "revoked", _("Revoked")


class PreviewStatus(TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", pgettext_lazy("job", "Failed")


class Weekday(IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class DaySource(TextChoices):
    OFFICIAL = "official", _("official calendar")
    COMPANY = "company", _("company")
