from credit.models.account import CreditAccount, CreditReservation, ExposureEntry
from credit.models.receipt import Receipt

__all__ = ["CreditAccount", "CreditReservation", "ExposureEntry", "Receipt"]
