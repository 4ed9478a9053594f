from catalog.models.product import Product, ProductFamily
from catalog.models.stock import StockLot, StockMovement, StockReservation, Warehouse

__all__ = ["Product", "ProductFamily", "StockLot", "StockMovement", "StockReservation", "Warehouse"]
