from catalog.services.products import save_product
from catalog.services.stock import (
    correct_stock,
    receive_reserved,
    receive_stock,
    release_stock,
    reserve_stock,
    take_stock,
)

__all__ = ["correct_stock", "receive_reserved", "receive_stock", "release_stock", "reserve_stock", "save_product", "take_stock"]
