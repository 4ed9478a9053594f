from customers.services.archive import lock_customers, save_customer, verify_customer
from customers.services.inquiries import (
    InquirySpec,
    NeedSpec,
    answer_inquiry,
    close_inquiry,
    hand_over_inquiry,
    mark_inquiry_converted,
    record_inquiry,
)
from customers.services.many import NewCustomer, create_customers
from customers.services.papers import file_paper, withdraw_paper

__all__ = [
    "InquirySpec",
    "NeedSpec",
    "NewCustomer",
    "answer_inquiry",
    "close_inquiry",
    "create_customers",
    "file_paper",
    "hand_over_inquiry",
    "lock_customers",
    "mark_inquiry_converted",
    "record_inquiry",
    "save_customer",
    "verify_customer",
    "withdraw_paper",
]
