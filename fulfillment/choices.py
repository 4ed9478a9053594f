"""Statuses and kinds from the promised date to the customer's signature."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PromiseKind(TextChoices):
    """How a delivery date came about (R4.2)."""

    ASKED = "asked", _("Asked for")
    PROMISED = "promised", _("Promised")
    COUNTER = "counter", _("Countered by the customer")
    AGREED = "agreed", _("Agreed")


class InspectionKind(TextChoices):
    """R4.9"""

    INCOMING = "incoming", _("Incoming inspection")
    IN_PROCESS = "in_process", _("In-process inspection")
    FINAL = "final", _("Final inspection")


class InspectionResult(TextChoices):
    PASSED = "passed", pgettext_lazy("inspection", "Passed")
    FAILED = "failed", pgettext_lazy("inspection", "Failed")


class Disposition(TextChoices):
    """What becomes of goods that did not pass (R4.9)."""

    REWORK = "rework", _("Rework")
    CONCESSION = "concession", _("Concession")
    SCRAP = "scrap", _("Scrap")


class ShipmentStatus(TextChoices):
    PREPARED = "prepared", _("Prepared")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", _("Accepted")
    CANCELED = "canceled", _("Canceled")


class LoadStatus(TextChoices):
    PREPARED = "prepared", _("Prepared")
    DISPATCHED = "dispatched", _("Dispatched")
    DISSOLVED = "dissolved", _("Dissolved")


class Mode(TextChoices):
    ROAD = "road", _("Road")
    EXPRESS = "express", _("Express parcel")
    RAIL = "rail", _("Rail")
    AIR = "air", _("Air")
    SEA = "sea", _("Sea")
    OWN = "own", _("Own vehicle")
    PICKUP = "pickup", _("Picked up by the customer")


class Via(TextChoices):
    PHONE = "phone", _("On a telephone")
    PAPER = "paper", _("On paper")


class LineResult(TextChoices):
    """R6.3"""

    ACCEPTED = "accepted", pgettext_lazy("goods", "Accepted")
    RESERVATION = "reservation", _("Accepted with reservation")
    REFUSED = "refused", pgettext_lazy("goods", "Refused")


class Criterion(TextChoices):
    """What goods are accepted against, as the contract says (R6.3)."""

    QUANTITY = "quantity", _("Quantity")
    SPECIFICATION = "specification", _("Specification")
    QUALITY = "quality", pgettext_lazy("acceptance", "Quality")
    PERFORMANCE = "performance", pgettext_lazy("acceptance", "Performance")


class Severity(TextChoices):
    GENERAL = "general", _("General")
    MAJOR = "major", _("Major")


class ProblemStatus(TextChoices):
    OPEN = "open", pgettext_lazy("state", "Open")
    SETTLED = "settled", _("Settled")


class DisruptionKind(TextChoices):
    """What keeps the work from going on (R4.3)."""

    POWER = "power", _("Power cut")
    EQUIPMENT = "equipment", _("Equipment failure")
    MATERIAL = "material", _("Material shortage")
    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    OTHER = "other", pgettext_lazy("disruption", "Other")


class NoticeReason(TextChoices):
    """Why a customer is told something about its order."""

    DISRUPTION = "disruption", _("Disruption")
    DELAY = "delay", _("Delay risk")
    CAPACITY = "capacity", _("Beyond capacity")
    SHORTAGE = "shortage", _("Shortage")
    TRANSPORT = "transport", _("Transport incident")


class RequisitionKind(TextChoices):
    """Forms of execution that are signed in order; each has a ladder of its own name."""

    DEMAND_PLAN = "demand_plan", _("Product demand plan")
    CHANGE_NOTICE = "change_notice", _("Product change notice")
    OUTSOURCING = "outsourcing", _("Outsourcing application")


class RequisitionStatus(TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In approval")
    APPROVED = "approved", _("Approved")
    DONE = "done", _("Done")
    CANCELED = "canceled", _("Canceled")


class FollowUpStage(TextChoices):
    """Where an order stands in the follow-up progress table (R4.10)."""

    PRODUCTION = "production", _("Production and stock preparation")
    INSPECTION = "inspection", pgettext_lazy("stage", "Inspection")
    DISPATCH = "dispatch", _("Dispatch")
    TRANSPORT = "transport", _("Transport")
    ACCEPTANCE = "acceptance", _("Customer's acceptance")


class ContingencyCause(TextChoices):
    """What an order is prepared against (R4.12)."""

    FORCE_MAJEURE = "force_majeure", _("Force majeure")
    QUALITY = "quality", pgettext_lazy("hold", "Quality")
    MATERIAL = "material", _("Material shortage")
    TRANSPORT = "transport", _("Transport")
    OTHER = "other", pgettext_lazy("disruption", "Other")


class RequestStatus(TextChoices):
    """Of a dispatch request (R5.2)."""

    REQUESTED = "requested", pgettext_lazy("dispatch request", "To check")
    RETURNED = "returned", pgettext_lazy("dispatch request", "Sent back")
    ORDERED = "ordered", _("Dispatch order issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TransportEventKind(TextChoices):
    """What happened to goods under way (R5.6)."""

    PICKED_UP = "picked_up", _("Picked up")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    DELIVERED = "delivered", pgettext_lazy("transport", "Arrived")
    EXCEPTION = "exception", _("Trouble on the way")


class EventSource(TextChoices):
    MANUAL = "manual", _("Recorded by us")
    CALLBACK = "callback", _("Reported by the carrier")


class IncidentKind(TextChoices):
    """R5.6"""

    DELAY = "delay", pgettext_lazy("transport", "Delay")
    DAMAGE = "damage", pgettext_lazy("transport", "Damage")
    WRONG_GOODS = "wrong_goods", _("Wrong goods")
    LOSS = "loss", pgettext_lazy("transport", "Loss")


class Responsible(TextChoices):
    """Who answers for an incident; only carrier and house can be fined."""

    CARRIER = "carrier", _("The carrier")
    HOUSE = "house", _("Our own people")
    CUSTOMER = "customer", _("The customer")
    NOBODY = "nobody", _("Nobody: force majeure")
