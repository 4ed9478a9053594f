"""What the system finds before people review (R3.2): each check with what is asked, what is allowed, and the source."""

from collections.abc import Callable

from orders.checks import customer, goods
from orders.checks.looked import Looked
from orders.choices import CheckCode
from orders.models import CheckPolicy, ReviewCheck

Check = Callable[[Looked, CheckPolicy], ReviewCheck]

CHECKS: dict[str, Check] = {
    CheckCode.IDENTITY: customer.identity,
    CheckCode.QUALIFICATION: customer.qualification,
    CheckCode.PRICE_FLOOR: goods.price_floor,
    CheckCode.PRICE_LIST: goods.price_list,
    CheckCode.MARGIN: goods.margin,
    CheckCode.LEAD_TIME: goods.lead_time,
    CheckCode.PAYMENT_TERMS: customer.payment_terms,
    CheckCode.CREDIT_LIMIT: customer.credit_limit,
    CheckCode.ARREARS: customer.arrears,
    CheckCode.DUPLICATE: customer.duplicate,
    CheckCode.SMALL_ORDER: customer.small_order,
}

__all__ = ["CHECKS", "Check", "Looked"]
