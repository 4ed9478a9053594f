from customers.models.customer import Address, Contact, Customer
from customers.models.partner import Partner, PartnerApiKey, WebhookDelivery, WebhookEndpoint

__all__ = ["Address", "Contact", "Customer", "Partner", "PartnerApiKey", "WebhookDelivery", "WebhookEndpoint"]
