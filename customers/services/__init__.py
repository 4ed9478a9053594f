from customers.services.archive import save_customer, verify_customer
from customers.services.many import NewCustomer, create_customers

__all__ = ["NewCustomer", "create_customers", "save_customer", "verify_customer"]
