from credit.services.exposure import release_credit, reserve_credit, set_credit_limit
from credit.services.receipts import confirm_receipt, refuse_receipt, report_receipt

__all__ = [
    "confirm_receipt",
    "refuse_receipt",
    "release_credit",
    "report_receipt",
    "reserve_credit",
    "set_credit_limit",
]
