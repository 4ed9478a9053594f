from customers.models.customer import Address, Contact, Customer
from customers.models.disclosure import DisclosureRequest
from customers.models.inquiry import Inquiry, InquiryLine
from customers.models.paper import QualificationPaper
from customers.models.partner import Partner, PartnerApiKey, WebhookDelivery, WebhookEndpoint
from customers.models.rules import ArchiveRules

__all__ = [
    "Address",
    "ArchiveRules",
    "Contact",
    "Customer",
    "DisclosureRequest",
    "Inquiry",
    "InquiryLine",
    "Partner",
    "PartnerApiKey",
    "QualificationPaper",
    "WebhookDelivery",
    "WebhookEndpoint",
]
