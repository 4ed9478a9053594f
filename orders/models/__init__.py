from orders.models.agreement import AgreementLine
from orders.models.assignment import AssignmentRule
from orders.models.check_policy import CheckPolicy
from orders.models.checklist import ReviewChecklistItem
from orders.models.clarification import Clarification, Communication
from orders.models.contract import Contract
from orders.models.contract_review import ContractReview
from orders.models.dossier import Dossier
from orders.models.line import OrderLine, PaymentTerm
from orders.models.order import Order
from orders.models.quotation import Quotation, QuotationLine, QuotationTerm
from orders.models.quotation_rules import QuotationRules
from orders.models.review import PreliminaryReview, ReviewCheck, ReviewOpinion, ReviewRound
from orders.models.status_change import StatusChange
from orders.models.unsaved import UnsavedEntry

__all__ = [
    "AgreementLine",
    "AssignmentRule",
    "CheckPolicy",
    "Clarification",
    "Communication",
    "Contract",
    "ContractReview",
    "Dossier",
    "Order",
    "OrderLine",
    "PaymentTerm",
    "PreliminaryReview",
    "Quotation",
    "QuotationLine",
    "QuotationRules",
    "QuotationTerm",
    "ReviewCheck",
    "ReviewChecklistItem",
    "ReviewOpinion",
    "ReviewRound",
    "StatusChange",
    "UnsavedEntry",
]
