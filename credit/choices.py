from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
