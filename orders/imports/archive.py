"""What the rows name, looked up at once: customers, products, people, orders that are here already."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from accounts.choices import Kind
from accounts.models import User
from catalog.models import Product
from core.imports.importer import Row
from customers.models import Address, Contact, Customer
from orders.models import Order

BATCH = 5_000


@dataclass
class CustomerRef:
    """A customer of the archive, or one that is still to be made of what the file says."""

    key: str
    customer: Customer | None = None
    name: str = ""
    region: str = ""
    ambiguous: bool = False
    contact: tuple[str, str] = ("", "")
    address: Address | None = None


@dataclass
class ProductRef:
    key: str
    product: Product | None = None
    code: str = ""
    name: str = ""
    specification: str = ""
    unit: str = ""
    price: Decimal = Decimal(0)


@dataclass
class Archive:
    source: str
    customers: dict[str, CustomerRef] = field(default_factory=dict)
    products: dict[str, ProductRef] = field(default_factory=dict)
    named: dict[tuple[str, str], Product] = field(default_factory=dict)
    orders: dict[str, tuple[int, str]] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    @classmethod
    def of(cls, source: str, rows: Iterable[Row]) -> "Archive":
        archive, values = cls(source), [row.values for row in rows]
        archive._load_customers(values)
        archive._load_products(values)
        archive._load_orders(values)
        if any(value.get("salesperson") for value in values):
            people = User.objects.filter(is_active=True, kind=Kind.STAFF).order_by("-pk")
            archive.people = {name.casefold(): p for p in people for name in (p.username, p.display_name) if name}
        return archive

    def import_key(self, code: str) -> str:
        return f"{self.source}:{code}"

    # customers

    def customer_key(self, values: dict[str, Any]) -> str:
        code = values.get("customer_code")
        return f"code:{code}" if code else f"name:{values.get('customer_name')}"

    def _load_customers(self, values: list[dict[str, Any]]) -> None:
        codes = {v["customer_code"] for v in values if v.get("customer_code")}
        names = {v["customer_name"] for v in values if v.get("customer_name")}
        found: dict[str, Customer] = {}
        by_name: dict[str, list[Customer]] = defaultdict(list)
        for batch in batches(codes):
            keys = [self.import_key(code) for code in batch]
            for customer in Customer.objects.filter(Q(import_key__in=keys) | Q(code__in=batch)):
                # The key of this source says more than a code of our own that happens to be the same.
                if customer.import_key in keys:
                    found[customer.import_key.removeprefix(f"{self.source}:")] = customer
                found.setdefault(customer.code, customer)
        for batch in batches(names):
            for customer in Customer.objects.filter(name__in=batch, is_active=True):
                by_name[customer.name].append(customer)
        for value in values:
            key = self.customer_key(value)
            if key not in self.customers:
                self.customers[key] = self._customer_ref(key, value, found, by_name)
        self._load_contacts()

    def _customer_ref(
        self, key: str, value: dict[str, Any], found: dict[str, Customer], by_name: dict[str, list[Customer]]
    ) -> CustomerRef:
        code, name = value.get("customer_code") or "", value.get("customer_name") or ""
        same_name = by_name.get(name, [])
        customer = found.get(code) or (same_name[0] if len(same_name) == 1 else None)
        return CustomerRef(key, customer, name, value.get("region") or "", customer is None and len(same_name) > 1)

    def _load_contacts(self) -> None:
        refs: dict[int, list[CustomerRef]] = defaultdict(list)
        for ref in self.customers.values():
            if ref.customer:
                refs[ref.customer.pk].append(ref)
        for batch in batches(refs):
            for contact in Contact.objects.filter(customer_id__in=batch).order_by("is_primary", "-pk"):
                for ref in refs[contact.customer_id]:
                    ref.contact = (contact.name, contact.phone)
            for address in Address.objects.filter(customer_id__in=batch).order_by("is_default", "-pk"):
                for ref in refs[address.customer_id]:
                    ref.address = address

    # products

    def _load_products(self, values: list[dict[str, Any]]) -> None:
        codes = {v["product_code"] for v in values if v.get("product_code")}
        names = {v["description"] for v in values if v.get("description") and not v.get("product_code")}
        wanted = codes | {code.upper() for code in codes}
        for product in in_batches(Product.objects.active(), "code__in", wanted):
            ref = self.products.setdefault(product.code.upper(), ProductRef(product.code.upper()))
            if ref.product is None or product.code in codes:
                ref.product = product
        for product in in_batches(Product.objects.active().order_by("-pk"), "name__in", names):
            self.named[product.name, product.specification] = product

    def product_of(self, code: str) -> ProductRef:
        """One code in two spellings, 84029g and 84029G, is one product."""
        key = code.upper()
        if key not in self.products:
            self.products[key] = ProductRef(key, code=code)
        return self.products[key]

    # orders

    def _load_orders(self, values: list[dict[str, Any]]) -> None:
        numbers = {v["number"] for v in values if v.get("number")}
        for batch in batches(numbers):
            keys = [self.import_key(number) for number in batch]
            known = Order.objects.filter(Q(import_key__in=keys) | Q(number__in=batch))
            for pk, number, key in known.values_list("pk", "number", "import_key"):
                named = key.removeprefix(f"{self.source}:") if key in keys else number
                self.orders[named] = (pk, number or "")


def batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    values = list(values)
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def in_batches(rows: QuerySet[Any], lookup: str, values: Iterable[Any]) -> Iterator[Any]:
    for batch in batches(values):
        yield from rows.filter(**{lookup: batch})
