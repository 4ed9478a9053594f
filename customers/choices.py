from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tier(TextChoices):
    KEY = "key", _("Key customer")
    ORDINARY = "ordinary", _("Ordinary customer")


class Size(TextChoices):
    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class Frequency(TextChoices):
    """How often a customer buys, by its orders of twelve months (R1.5)."""

    NONE = "none", _("No orders in a year")
    OCCASIONAL = "occasional", _("Occasional")
    REGULAR = "regular", _("Regular")
    FREQUENT = "frequent", _("Frequent")


class DeliveryStatus(TextChoices):
    """Where a webhook delivery stands."""

    PENDING = "pending", _("Pending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")


class PaperKind(TextChoices):
    """Qualification papers (R1.7)."""

    BUSINESS_LICENSE = "business_license", _("Business licence")
    CREDIT_RECORD = "credit_record", _("Credit record")
    TAX_REGISTRATION = "tax_registration", _("Tax registration")
    OTHER = "other", _("Other paper")


# Without these a new customer's order does not pass the preliminary review.
REQUIRED_PAPERS = (PaperKind.BUSINESS_LICENSE, PaperKind.CREDIT_RECORD)


class PaperState(TextChoices):
    """Where a filed paper stands today; reckoned, not stored."""

    VALID = "valid", _("Valid")
    EXPIRING = "expiring", _("Ends soon")
    EXPIRED = "expired", _("Expired")


class Channel(TextChoices):
    """How an inquiry came in (R1.1)."""

    PHONE = "phone", _("Phone")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Online chat")
    VISIT = "visit", _("Visit to us")
    PARTNER = "partner", _("Channel partner")


class InquiryStatus(TextChoices):
    NEW = "new", pgettext_lazy("inquiry", "New")
    HANDED_OVER = "handed_over", _("Handed over")
    ANSWERED = "answered", _("Answered")
    CONVERTED = "converted", _("Converted")
    CLOSED = "closed", pgettext_lazy("inquiry", "Closed")


# What an inquiry may still be answered, converted or closed from.
OPEN_INQUIRIES = (InquiryStatus.NEW, InquiryStatus.HANDED_OVER, InquiryStatus.ANSWERED)


class Conversion(TextChoices):
    ORDER = "order", _("Order")
    QUOTATION = "quotation", _("Quotation")


class DisclosureStatus(TextChoices):
    """An application to read contacts; that a grant has ended is told by its dates (R1.6)."""

    REQUESTED = "requested", _("Requested")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    REVOKED = "revoked", _("Revoked")
