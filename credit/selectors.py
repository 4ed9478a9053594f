"""What other rooms ask about money."""

from decimal import Decimal

from credit.models import CreditAccount, Receipt
from customers.models import Customer


def confirmed_total(reference: str, *, customer: Customer, currency: str) -> Decimal:
    """Money that finance has confirmed for the order: from its own customer, in its own currency.

    A receipt that names the order by mistake, or in other money, is seen on the page and opens nothing.
    """
    return Receipt.objects.filter(reference=reference, customer=customer, currency=currency).confirmed().total()


def credit_account(customer: Customer) -> CreditAccount:
    """The customer's account, the locked one within an act that locked it; one without is an account with no credit."""
    return getattr(customer, "credit_account", None) or CreditAccount(customer_id=customer.pk)
