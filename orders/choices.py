"""Statuses and kinds of the order's life, with their groups and badge colours in one place."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Role


class OrderStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    RECEIVED = "received", _("Received")
    RETURNED = "returned", _("Returned to sales")
    REVIEWED = "reviewed", _("Reviewed")
    APPROVED = "approved", _("Approved")
    IN_PRODUCTION = "in_production", _("In production")
    SHIPPED = "shipped", _("Shipped")
    ACCEPTED = "accepted", _("Accepted")
    CLOSED = "closed", _("Closed")
    CANCELED = "canceled", _("Canceled")
    REJECTED = "rejected", _("Rejected")


S = OrderStatus
PATH = (S.RECEIVED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION, S.SHIPPED, S.ACCEPTED, S.CLOSED)
EDITABLE = (S.DRAFT, S.RETURNED)
FINAL = (S.CLOSED, S.CANCELED, S.REJECTED)
OPEN = tuple(status for status in OrderStatus if status not in (*FINAL, S.DRAFT))
DELIVERED = (S.SHIPPED, S.ACCEPTED)  # no day is waited for any more
TO_DELIVER = tuple(status for status in OPEN if status not in DELIVERED)
# What counts against a framework agreement: received, and neither returned nor ended without delivery.
CALLED_OFF = tuple(s for s in OrderStatus if s not in (S.DRAFT, S.RETURNED, S.CANCELED, S.REJECTED))
CANCELABLE = (S.DRAFT, S.RECEIVED, S.RETURNED, S.REVIEWED, S.APPROVED, S.IN_PRODUCTION)


class Source(TextChoices):
    """How the order came in."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    ONLINE = "online", _("Online")
    VISIT = "visit", pgettext_lazy("source", "Visit")
    PARTNER = "partner", _("Channel partner")
    IMPORT = "import", _("Import")


class EntryKind(TextChoices):
    """Which form it was that somebody typed on."""

    ORDER = "order", _("Order")
    QUOTATION = "quotation", _("Quotation")


class DueEvent(TextChoices):
    """What has to wait for this part of the money."""

    BEFORE_PRODUCTION = "before_production", _("Deposit, before production")
    BEFORE_SHIPMENT = "before_shipment", _("Before shipment")
    ON_DELIVERY = "on_delivery", _("On delivery")
    AFTER_DELIVERY = "after_delivery", _("After delivery, within days")


class AssignableWork(TextChoices):
    """What is handed out by family and region (R4.1): values of WorkKind."""

    PRODUCTION_REPLY = "production_reply", _("Production reply")
    START_PRODUCTION = "start_production", _("Start of production")
    FINAL_INSPECTION = "final_inspection", _("Final inspection")
    DISPATCH = "dispatch", _("Dispatch")


# Whose act each is, the usual department first.
ABLE = {
    AssignableWork.PRODUCTION_REPLY: (Role.PRODUCTION, Role.WAREHOUSE, Role.PURCHASING),
    AssignableWork.START_PRODUCTION: (Role.PRODUCTION, Role.WAREHOUSE),
    AssignableWork.FINAL_INSPECTION: (Role.QUALITY,),
    AssignableWork.DISPATCH: (Role.WAREHOUSE, Role.LOGISTICS),
}


class PreliminaryResult(TextChoices):
    PASSED = "passed", _("Passed")
    NEEDS_INFORMATION = "needs_information", _("Needs information")
    REJECTED = "rejected", pgettext_lazy("preliminary review", "Rejected")


class PreliminaryItem(TextChoices):
    """The items of the preliminary review form (訂單初步審核表)."""

    CUSTOMER = "customer", _("Customer and contact")
    GOODS = "goods", _("Goods, specification and quantity")
    PRICE = "price", _("Price and amount")
    PAYMENT = "payment", _("Payment terms")
    DELIVERY = "delivery", _("Delivery address and date")
    SPECIAL = "special", _("Special needs")
    PAPERS = "papers", _("Attached papers")


class CommunicationMeans(TextChoices):
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")
    VISIT = "visit", pgettext_lazy("means", "Visit")
    OTHER = "other", _("Other")


class Department(TextChoices):
    """Who gives an opinion in the detailed review."""

    ORDER_CENTER = "order_center", _("Order centre: price, delivery and terms")
    FINANCE = "finance", _("Finance: identity and credit")
    ENGINEERING = "engineering", _("Engineering: feasibility")
    PRODUCTION = "production", _("Production: capacity and supply")
    WAREHOUSE = "warehouse", _("Warehouse: stock and packaging")


DEPARTMENT_ROLE = {
    Department.ORDER_CENTER: Role.ORDER_CENTER,
    Department.FINANCE: Role.FINANCE,
    Department.ENGINEERING: Role.ENGINEERING,
    Department.PRODUCTION: Role.PRODUCTION,
    Department.WAREHOUSE: Role.WAREHOUSE,
}


class OpinionResult(TextChoices):
    PENDING = "pending", _("Pending")
    FAVORABLE = "favorable", _("Favourable")
    CONDITIONAL = "conditional", _("Favourable with conditions")
    UNFAVORABLE = "unfavorable", _("Unfavourable")


class AnswerResult(TextChoices):
    """What a department says to an item of its checklist."""

    OK = "ok", _("In order")
    NOT_OK = "not_ok", _("Not in order")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class CheckCode(TextChoices):
    """The automatic checks of R3.2; also the gate of the waiver that lets a failed one pass."""

    IDENTITY = "identity", _("Identity of the customer")
    QUALIFICATION = "qualification", _("Qualification papers")
    PRICE_FLOOR = "price_floor", _("Price against the floor")
    PRICE_LIST = "price_list", _("Price against the price list")
    MARGIN = "margin", _("Margin")
    LEAD_TIME = "lead_time", _("Delivery date against lead time and stock")
    PAYMENT_TERMS = "payment_terms", _("Payment terms allowed")
    CREDIT_LIMIT = "credit", _("Credit limit")
    ARREARS = "arrears", _("Arrears")
    DUPLICATE = "duplicate", _("Duplicate order")
    SMALL_ORDER = "small_order", _("Small order of an ordinary customer")


# Their figures are what the customer owes: for who may read the customer's money.
CHECKS_OF_MONEY = (CheckCode.CREDIT_LIMIT, CheckCode.ARREARS)


class CheckOutcome(TextChoices):
    PASSED = "passed", _("Passed")
    FAILED = "failed", pgettext_lazy("check", "Failed")
    UNJUDGED = "unjudged", _("Not judged")


class Severity(TextChoices):
    """What a failed check does to the order."""

    INFORM = "inform", _("is shown")
    WAIVER = "waiver", _("needs a special approval")
    FORBID = "forbid", _("stops the order")


class AcceptanceMode(TextChoices):
    """How an order is taken on (接單方式, R3.6)."""

    STANDARD = "standard", _("as usual")
    PRIORITY = "priority", _("key customer, with priority")
    UPLIFT = "uplift", _("small order, with uplift and longer lead time")
    CUSTOM = "custom", _("made to order, outside the price list")
    SPECIAL = "special", _("by special approval")


class ProposalDecision(TextChoices):
    """What became of the uplift proposed for a small order."""

    NONE = "none", _("nothing proposed")
    PROPOSED = "proposed", pgettext_lazy("proposal", "proposed")
    TAKEN = "taken", _("taken over")
    DECLINED = "declined", _("declined")


class RoundOutcome(TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    PASSED = "passed", _("Passed")
    RETURNED = "returned", _("Returned")
    REJECTED = "rejected", _("Rejected")


class QuotationStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", pgettext_lazy("quotation", "In approval")
    APPROVED = "approved", _("Approved")
    SENT = "sent", pgettext_lazy("quotation", "Sent")
    ACCEPTED = "accepted", pgettext_lazy("quotation", "Accepted")
    LOST = "lost", pgettext_lazy("quotation", "Lost")
    EXPIRED = "expired", pgettext_lazy("quotation", "Expired")
    SUPERSEDED = "superseded", pgettext_lazy("quotation", "Superseded")


QUOTATION_PATH = (
    QuotationStatus.DRAFT, QuotationStatus.SUBMITTED, QuotationStatus.APPROVED, QuotationStatus.SENT,
    QuotationStatus.ACCEPTED,
)  # fmt: skip
QUOTATION_RUNNING = (QuotationStatus.APPROVED, QuotationStatus.SENT)
# What the customer's answer, or its absence, decided.
QUOTATION_DECIDED = (QuotationStatus.ACCEPTED, QuotationStatus.LOST, QuotationStatus.EXPIRED)


class LossReason(TextChoices):
    PRICE = "price", _("Price too high")
    DELIVERY = "delivery", _("Delivery too late")
    SPECIFICATION = "specification", _("Goods do not fit")
    TERMS = "terms", _("Payment terms")
    COMPETITOR = "competitor", _("Bought elsewhere")
    NO_NEED = "no_need", _("Customer gave up the project")
    NO_ANSWER = "no_answer", _("No answer")
    OTHER = "other", _("Another reason")


class ContractKind(TextChoices):
    SINGLE = "single", pgettext_lazy("contract", "Single contract")
    FRAMEWORK = "framework", _("Framework agreement")


class ContractStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", pgettext_lazy("contract", "Signed")
    ENDED = "ended", pgettext_lazy("contract", "Ended")


class DossierStatus(TextChoices):
    """Of the archive somebody asked for (R14.7)."""

    RUNNING = "running", pgettext_lazy("dossier", "Being packed")
    DONE = "done", pgettext_lazy("dossier", "Packed")
    FAILED = "failed", pgettext_lazy("dossier", "Failed")
    EXPIRED = "expired", pgettext_lazy("dossier", "No longer kept")
