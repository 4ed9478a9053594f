from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Grade(TextChoices):
    """How far a customer is trusted to pay; set by finance beside the limit."""

    A = "A", pgettext_lazy("credit grade", "A: pays on time")
    B = "B", pgettext_lazy("credit grade", "B: ordinary")
    C = "C", pgettext_lazy("credit grade", "C: pays late")
    D = "D", pgettext_lazy("credit grade", "D: money first")


class ExposureKind(TextChoices):
    RESERVED = "reserved", _("Reserved for an order")
    RELEASED = "released", _("Released")
    RECEIPT = "receipt", _("Money received")


class ReceiptStatus(TextChoices):
    REPORTED = "reported", _("Reported")
    CONFIRMED = "confirmed", _("Confirmed")
    REFUSED = "refused", _("Refused")


class PaymentMethod(TextChoices):
    TRANSFER = "transfer", _("Bank transfer")
    ACCEPTANCE_BILL = "acceptance_bill", _("Banker's acceptance bill")
    CHEQUE = "cheque", _("Cheque")
    CASH = "cash", _("Cash")
    ONLINE = "online", _("Online payment")
