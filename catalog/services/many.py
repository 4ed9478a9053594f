"""New products and their opening stock by the hundred, for imports: the same rules as for one, in few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.choices import MovementKind
from catalog.models import Product, StockLot, StockMovement
from catalog.services.stock import STOCK_KEEPERS, main_warehouse
from core import audit
from core.bulk import insert_many
from core.errors import DomainError

# Inside sales enters orders whose goods are new to the list; prices of what is there stay with the managers.
CREATORS = {Role.ADMIN, Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.ORDER_CENTER, Role.INSIDE_SALES}


@act("catalog.create_products", roles=CREATORS)
def create_products(*, products: Sequence[Product], by: User, now: datetime | None = None) -> list[Product]:
    """Keep unsaved products, all or none. Raises DomainError("invalid") naming the first bad one."""
    for product in products:
        product.refresh_search_text()
        _check(product)
    insert_many(rows := list(products), keys=True)
    audit.record_many(
        audit.entry("product.created", row, by=by, now=now, changes={"code": ["", row.code], "name": ["", row.name]})
        for row in rows
    )
    return rows


def _check(product: Product) -> None:
    try:
        product.clean_fields(exclude=["family", "search_text"])
        if product.floor_price > product.list_price:
            raise ValidationError({"floor_price": [str(_("The floor price is above the list price."))]})
    except ValidationError as error:
        text = _("Product “%(code)s” cannot be kept as it is.") % {"code": product.code[:40]}
        raise DomainError("invalid", text, fields=error.message_dict) from error


@dataclass(frozen=True)
class Delivery:
    product: Product
    quantity: Decimal
    batch: str


@act("catalog.receive_many", roles=STOCK_KEEPERS)
def receive_many(
    *, deliveries: Sequence[Delivery], by: User, reference: str = "", now: datetime | None = None
) -> list[StockLot]:
    """Put goods into new lots of the main warehouse; a lot that is there already violates its unique key."""
    if any(delivery.quantity <= 0 for delivery in deliveries):
        raise DomainError("quantity", _("Enter a quantity above zero."))
    if not deliveries:
        return []
    house = main_warehouse()
    lots = StockLot.objects.bulk_create(
        [StockLot(product=d.product, warehouse=house, batch=d.batch, on_hand=d.quantity) for d in deliveries],
        batch_size=1000,
    )
    at = now or timezone.now()
    StockMovement.objects.bulk_create(
        [
            StockMovement(
                lot=lot,
                kind=MovementKind.RECEIVED,
                quantity=lot.on_hand,
                balance=lot.on_hand,
                reference=reference,
                by=by,
                at=at,
            )
            for lot in lots
        ],
        batch_size=1000,
    )
    return lots
