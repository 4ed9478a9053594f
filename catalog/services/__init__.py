from catalog.services.counts import Found, discard_count, draw_count, post_count
from catalog.services.many import Delivery, create_products, receive_many
from catalog.services.products import save_product
from catalog.services.promised import block_lot, lock_beyond, release_lot
from catalog.services.stock import (
    correct_stock,
    lock_reserved,
    receive_reserved,
    receive_stock,
    release_stock,
    reserve_stock,
    take_stock,
    write_down,
)
from catalog.services.warehouses import save_warehouse, transfer_stock

__all__ = [
    "Delivery",
    "Found",
    "block_lot",
    "correct_stock",
    "create_products",
    "discard_count",
    "draw_count",
    "lock_beyond",
    "lock_reserved",
    "post_count",
    "receive_many",
    "receive_reserved",
    "receive_stock",
    "release_lot",
    "release_stock",
    "reserve_stock",
    "save_product",
    "save_warehouse",
    "take_stock",
    "transfer_stock",
    "write_down",
]
