"""Why a row of an order file is refused, and what was filled in, in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "cancellation": _("%(number)s is a cancellation, not an order."),
    "negative_quantity": _("The quantity %(quantity)s is negative: a return, not an order."),
    "zero_quantity": _("The quantity is zero."),
    "no_customer": _("No customer is named."),
    "zero_price": _("The price is zero."),
    "negative_price": _("The price is negative."),
    "no_goods": _("Neither a product nor a description of the goods is given."),
    "unknown_product": _("No description, and the product %(code)s is not in the list."),
    "unknown_customer": _("The customer %(customer)s is not in the archive."),
    "ambiguous_customer": _("Several customers are called %(customer)s; give the customer code."),
    "other_customer": _("The order belongs to another customer since row %(row)s."),
    "date_order": _("The delivery date %(requested)s is before the order date %(ordered)s."),
    "payment_words": _("The payment terms “%(text)s” cannot be made out."),
    "wrong_amount": _("The amount %(stated)s is neither %(amount)s, quantity × price, nor the order's total."),
    "too_many_lines": _("An order has at most %(limit)s lines."),
    "absurd_total": _("The order's total is out of all proportion."),
    "not_a_currency": _("“%(column)s”: “%(text)s” is no currency code such as CNY."),
    # mended
    "described": _("The description was taken from the product list."),
    "free_line": _("The product %(code)s is not in the list; the line keeps its description."),
    # of an order as a whole
    "here_already": _("It was taken before as %(number)s; nothing is added to it."),
    "filled_contact": _("Contact filled in: %(text)s"),
    "filled_address": _("Delivery address filled in: %(text)s"),
    "filled_date": _("Order date filled in: %(text)s"),
    "filled_delivery": _("Delivery date filled in: %(text)s"),
    "filled_terms": _("Payment terms filled in: %(text)s"),
    "filled_salesperson": _("Salesperson filled in: %(text)s"),
    "unknown_salesperson": _("No colleague is called %(name)s; the salesperson is %(text)s."),
    "new_customer": _("The customer %(customer)s is new."),
}
SUMMARY: dict[str, Any] = {
    "orders": _("orders"),
    "lines": _("lines"),
    "customers": _("new customers"),
    "products": _("new products"),
}
