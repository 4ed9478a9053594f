from catalog.services.many import Delivery, create_products, receive_many
from catalog.services.products import save_product
from catalog.services.stock import (
    correct_stock,
    receive_reserved,
    receive_stock,
    release_stock,
    reserve_stock,
    take_stock,
)

__all__ = [
    "Delivery",
    "correct_stock",
    "create_products",
    "receive_many",
    "receive_reserved",
    "receive_stock",
    "release_stock",
    "reserve_stock",
    "save_product",
    "take_stock",
]
