from customers.services.archive import save_customer, verify_customer

__all__ = ["save_customer", "verify_customer"]
