from orders.models.clarification import Clarification, Communication
from orders.models.line import OrderLine, PaymentTerm
from orders.models.order import Order
from orders.models.review import PreliminaryReview, ReviewCheck, ReviewOpinion, ReviewRound
from orders.models.status_change import StatusChange
from orders.models.unsaved import UnsavedEntry

__all__ = [
    "Clarification",
    "Communication",
    "Order",
    "OrderLine",
    "PaymentTerm",
    "PreliminaryReview",
    "ReviewCheck",
    "ReviewOpinion",
    "ReviewRound",
    "StatusChange",
    "UnsavedEntry",
]
