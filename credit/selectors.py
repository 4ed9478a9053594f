"""What other rooms ask about money."""

from decimal import Decimal

from credit.models import CreditAccount, Receipt
from customers.models import Customer


def confirmed_total(reference: str) -> Decimal:
    """Money that finance has confirmed for the order, in the order's currency."""
    return Receipt.objects.filter(reference=reference).confirmed().total()


def credit_account(customer: Customer) -> CreditAccount:
    """The customer's account; one without is an account with no credit."""
    return CreditAccount.objects.filter(customer=customer).first() or CreditAccount(customer=customer)
