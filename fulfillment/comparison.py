"""Where a dispatch request differs from the order it stands under: what inside sales looks at (R5.2)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import formats
from core.masking import mask_name, mask_phone
from fulfillment.models import DispatchRequest


@dataclass(frozen=True)
class Difference:
    what: str
    ordered: str
    asked: str


def differences(request: DispatchRequest, *, reads_persons: bool) -> list[Difference]:
    """Field by field, receiver and telephone as the reader may see them."""
    order = request.order
    name = str if reads_persons else mask_name
    phone = str if reads_persons else mask_phone
    receiver, receiver_phone = order.receiver or order.contact_name, order.receiver_phone or order.contact_phone
    pairs = [
        (_("Receiver"), receiver, request.receiver, name),
        (_("Receiver's telephone"), receiver_phone, request.receiver_phone, phone),
        (_("Delivery address"), order.delivery_address, request.address, str),
        (_("Labels"), order.labels, request.labels, str),
    ]
    found = [
        Difference(what, shown(ordered) or "–", shown(asked) or "–")
        for what, ordered, asked, shown in pairs
        if ordered.strip() != asked.strip()
    ]
    if order.promise_date and request.wanted_date < order.promise_date:
        days = formats.day(order.promise_date), formats.day(request.wanted_date)
        found.append(Difference(_("Earlier than promised"), *days))
    return found
