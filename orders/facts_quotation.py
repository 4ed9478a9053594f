"""What the approval rules may look at in a quotation, under the names of an order's facts (R3.5, R3.7)."""

from typing import Any

from core.models import AuditEntry
from orders.facts import bought_before, said_in
from orders.models import Quotation
from orders.quotation_specs import FIELDS


def facts_of_quotation(quotation: Quotation) -> dict[str, Any]:
    """Facts of a quotation that has a customer, as a case freezes them."""
    lines = list(quotation.lines.select_related("product__family"))
    return {
        "submitted_by_id": quotation.submitted_by_id,
        "author_ids": authors_of_quotation(quotation),
        "new_customer": not bought_before(quotation.buyer),
        "below_floor": any(is_below_floor(line, quotation.currency) for line in lines),
        **said_in(quotation, lines, list(quotation.terms.all()), FIELDS),
    }


def is_below_floor(line: Any, currency: str) -> bool:
    """Under the floor price of its product, compared in the product's currency only (R3.2)."""
    product = line.product
    return bool(product and product.currency == currency and line.unit_price < product.floor_price)


def authors_of_quotation(quotation: Quotation) -> list[int]:
    """Whoever wrote on any of its versions: what was written before is in the paper still."""
    versions = Quotation.objects.filter(number=quotation.number)
    keys, writers = zip(*versions.values_list("pk", "created_by_id"), strict=True)
    edits = AuditEntry.objects.filter(
        subject_type="orders.quotation", subject_id__in=keys, action="quotation.edited"
    )  # fmt: skip
    return sorted(pk for pk in {*writers, *edits.order_by().values_list("by_id", flat=True)} if pk)
