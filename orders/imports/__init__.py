"""Orders from a file: an export of ours (order table 1), of a shop, of another system (R2.7)."""

from orders.imports.importer import OrderImporter

__all__ = ["OrderImporter"]
