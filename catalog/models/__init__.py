from catalog.models.count import StockCount, StockCountLine
from catalog.models.product import Product, ProductFamily
from catalog.models.stock import StockLot, StockMovement, StockReservation, Warehouse

__all__ = [
    "Product",
    "ProductFamily",
    "StockCount",
    "StockCountLine",
    "StockLot",
    "StockMovement",
    "StockReservation",
    "Warehouse",
]
