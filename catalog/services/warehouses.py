"""Warehouses, and goods moved from one to another (R5.9)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.choices import MovementKind
from catalog.models import StockLot, Warehouse
from catalog.services.stock import DEFAULT_WAREHOUSE, record_movement
from core import audit
from core.errors import DomainError

KEEPERS = {Role.WAREHOUSE, Role.ADMIN}


@act("catalog.save_warehouse", roles=KEEPERS)
def save_warehouse(*, warehouse: Warehouse, values: dict[str, Any], by: User) -> Warehouse:
    """Create or change a warehouse. One that is closed takes no more goods (R5.9).

    Raises DomainError("invalid") with the errors by field, ("main") when the main one is closed or renamed in code,
    ("stock") when one with goods in it is closed.
    """
    if warehouse.pk is not None:
        warehouse = Warehouse.objects.select_for_update().get(pk=warehouse.pk)
    before = {name: getattr(warehouse, name) for name in ("code", "name", "is_active")} if warehouse.pk else {}
    for name in ("code", "name", "is_active"):
        setattr(warehouse, name, values[name])
    if before.get("code") == DEFAULT_WAREHOUSE and (warehouse.code != DEFAULT_WAREHOUSE or not warehouse.is_active):
        raise DomainError("main", _("The main warehouse keeps its code and stays open: goods made arrive there."))
    if warehouse.pk and not warehouse.is_active and warehouse.lots.filter(on_hand__gt=0).exists():
        raise DomainError("stock", _("There are goods in it. Move them to another warehouse, then close it."))
    try:
        warehouse.full_clean()
    except ValidationError as error:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=error.message_dict) from error
    warehouse.save()
    if changes := audit.differences(before, {name: getattr(warehouse, name) for name in ("code", "name", "is_active")}):
        audit.record("warehouse.changed" if before else "warehouse.created", warehouse, by=by, changes=changes)
    return warehouse


@act("catalog.transfer_stock", roles=KEEPERS)
def transfer_stock(
    *, lot: StockLot, warehouse: Warehouse, quantity: Decimal, by: User, note: str = "", now: datetime | None = None
) -> StockLot:
    """Move goods nobody was promised to another warehouse; the batch stays theirs (R5.9). Answers the lot there.

    Raises DomainError("quantity") above what is available or not above zero, ("warehouse") for a closed
    or the same one, ("blocked") where either lot is blocked.
    """
    warehouse = Warehouse.objects.select_for_update().get(pk=warehouse.pk)
    if warehouse.pk == lot.warehouse_id or not warehouse.is_active:
        text = _("Choose another warehouse that is open.")
        raise DomainError("warehouse", text, fields={"warehouse": [text]})
    there, _made = StockLot.objects.get_or_create(product_id=lot.product_id, batch=lot.batch, warehouse=warehouse)
    both = StockLot.objects.select_related("product", "warehouse").select_for_update(of=("self",))
    lots = {each.pk: each for each in both.filter(pk__in=(lot.pk, there.pk)).order_by("product_id", "batch", "pk")}
    lot, there = lots[lot.pk], lots[there.pk]
    if blocked := next((each for each in (lot, there) if each.is_blocked), None):
        text = _("Batch %(batch)s is blocked (%(reason)s): decide first what becomes of it.")
        raise DomainError("blocked", text % {"batch": blocked, "reason": blocked.blocked_reason})
    if not 0 < quantity <= lot.available:
        most = _("%(available)s can be moved: the rest is promised to orders.") % {"available": lot.available}
        raise DomainError("quantity", most, fields={"quantity": [most]})
    for each, change in ((lot, -quantity), (there, quantity)):
        each.on_hand += change
        each.save(update_fields=["on_hand"])
        other = there if each is lot else lot
        record_movement(
            each, MovementKind.TRANSFERRED, change, reference=other.warehouse.code, by=by, note=note.strip(), now=now
        )
    path = f"{lot.batch}: {quantity}, {lot.warehouse.code} → {there.warehouse.code}"
    audit.record("stock.moved", lot.product, by=by, note=path, now=now)
    return there
