"""Rows to orders. The same order of steps in the dry run and in each chunk, so that both say the same."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.models import User
from core.errors import DomainError
from core.imports.choices import Outcome
from core.imports.importer import EVERYTHING, Column, Group, Importer, Row
from core.models.imports import ROLES
from core.money import quantize
from customers.privacy import REACH_CUSTOMERS, read_customers
from orders.exports import table1_head, table1_rows
from orders.imports.archive import Archive
from orders.imports.columns import MAX_AMOUNT, columns
from orders.imports.drafts import draft_of
from orders.imports.options import OrderOptions
from orders.imports.words import REASONS, SUMMARY
from orders.imports.writing import write_orders
from orders.models import Order
from orders.payment_words import parse_terms

MAX_LINES = 2_000
FOREIGN = re.compile(r"([A-Z]{3}) (\d.*)", re.ASCII)


class OrderImporter(Importer):
    kind = "orders"
    label = _("Orders")
    thing = _("orders")
    row_thing = _("lines")
    columns = columns("")
    form_class = OrderOptions
    roles = ROLES & ACTS["orders.place_orders"].roles
    reasons = REASONS
    summary_words = SUMMARY
    list_url = "orders:order-list"
    subject_type = "orders.order"

    def __init__(self, mapping: Mapping[str, int], options: Mapping[str, Any], by: Any) -> None:
        super().__init__(mapping, options, by)
        if order := self.options["dates"]:
            self.fields = [
                (column, self.mapping[column.name]) for column in columns(order) if column.name in self.mapping
            ]
        prefix = self.options["cancel_prefix"]
        self.cancellation = re.compile(re.escape(prefix) + r"\d", re.IGNORECASE) if prefix else None
        self.source: str = self.options["source"]
        self.terms = parse_terms(self.options["terms"]) or ()
        self.salesperson = User.objects.filter(pk=self.options["salesperson"] or by.pk).first() or by
        self.archive = Archive(self.source)

    @classmethod
    def read_by(cls, reader: User, job: Any) -> Container[int | None]:
        if reader.has_role(*REACH_CUSTOMERS):
            return EVERYTHING
        mine = Order.objects.filter(Q(salesperson=reader) | Q(customer__in=read_customers(reader)))
        taken = job.groups.filter(target_id__isnull=False).values("target_id")
        return set(mine.filter(pk__in=taken).values_list("pk", flat=True))

    @classmethod
    def check_mapping(cls, mapping: Mapping[str, int]) -> None:
        if not {"customer_code", "customer_name"} & set(mapping):
            raise DomainError("import_mapping", gettext("Choose a column that names the customer, by code or by name."))
        if not {"product_code", "description"} & set(mapping):
            raise DomainError(
                "import_mapping", gettext("Choose a column that names the goods, by code or by description.")
            )

    # one row

    def _value(self, row: Row, column: Column, text: str) -> Any:
        """Our own export writes GBP 2.55 where the head says 元."""
        if column.name in ("unit_price", "amount") and (found := FOREIGN.match(text)):
            row.values["stated_currency"], text = found[1], found[2]
        return super()._value(row, column, text)

    def judge(self, row: Row) -> None:
        value, refuse = row.values, row.refuse
        number, quantity, price = value.get("number"), value.get("quantity"), value.get("unit_price")
        if number and self.cancellation and self.cancellation.match(number):
            row.refused.insert(0, ["cancellation", {"number": number}])
        if quantity is not None and quantity <= 0:
            refuse("negative_quantity", quantity=str(quantity)) if quantity else refuse("zero_quantity")
        if not (value.get("customer_code") or value.get("customer_name")):
            refuse("no_customer")
        if price is not None and price <= 0:
            refuse("negative_price" if price else "zero_price")
        if not (value.get("product_code") or value.get("description")):
            refuse("no_goods")

    # the file, or a chunk of it

    def check(self, rows: list[Row]) -> list[Group]:
        self.archive = Archive.of(self.source, rows)
        groups: dict[str, Group] = {}
        for row in rows:
            if number := row.values.get("number"):
                row.group = groups.get(number) or groups.setdefault(number, Group(number))
                row.group.rows.append(row)
            self._look_up(row)
        for group in groups.values():
            self._check_group(group)
        return list(groups.values())

    def _look_up(self, row: Row) -> None:
        """The goods and the customer of the row; a refused row makes no product known."""
        value = row.values
        value["customer"] = customer = self.archive.customers[self.archive.customer_key(value)]
        if row.refused:
            if not value.get("description") and value.get("product_code"):
                self._require_description(row)
            return
        if customer.ambiguous:
            row.refuse("ambiguous_customer", customer=customer.name)
        elif customer.customer is None and not self.options["create_customers"]:
            row.refuse("unknown_customer", customer=customer.name or value["customer_code"])
        elif value.get("product_code"):
            self._look_up_product(row)
        else:
            named = self.archive.named
            value["known_product"] = named.get((value["description"], value.get("specification") or ""))

    def _look_up_product(self, row: Row) -> None:
        value = row.values
        ref = self.archive.product_of(value["product_code"])
        if ref.product is None and not ref.name:
            if not value.get("description"):
                self._require_description(row)
                return
            ref.name, ref.specification = value["description"], value.get("specification") or ""
            ref.unit, ref.price = value.get("unit") or "", value["unit_price"]
        if ref.product is None and not self.options["create_products"]:
            row.mend("free_line", code=ref.code)
            return
        value["product"] = ref
        if not value.get("description"):
            row.mend("described")

    def _require_description(self, row: Row) -> None:
        ref = self.archive.product_of(row.values["product_code"])
        if ref.product is None and not ref.name:
            row.refuse("unknown_product", code=row.values["product_code"])

    def _check_group(self, group: Group) -> None:
        sound = group.sound
        if not sound:
            self._name(group, group.rows[0].values)
            return
        if known := self.archive.orders.get(group.key):
            group.target_id, group.target_label = known
            group.note("here_already", number=known[1])
            self._name(group, sound[0].values)
            return
        self._check_customer(sound)
        self._check_amounts(group)
        draft = draft_of(self, group)
        if self.options["whole_only"] and len(group.sound) < len(group.rows):
            for row in group.sound:
                row.refuse("whole_or_nothing", key=group.key)
        self._name(group, draft.values if draft else sound[0].values)
        if draft:
            group.currency = draft.currency
            group.amount = sum((line_amount(row, draft.currency) for row in group.sound), Decimal(0))

    def _check_customer(self, sound: list[Row]) -> None:
        first = sound[0]
        for row in sound:
            if row.values["customer"] is not first.values["customer"]:
                row.refuse("other_customer", row=first.number)

    def _check_amounts(self, group: Group) -> None:
        """What the file states must be what we reckon, by line or, as some sheets have it, the whole order's."""
        sound = group.sound
        amounts = [line_amount(row, "") for row in sound]
        total = sum(amounts, Decimal(0))
        for row, own in zip(sound, amounts, strict=True):
            stated = row.values.get("amount")
            if stated is not None and stated not in (own, total):
                row.refuse("wrong_amount", stated=str(stated), amount=str(own))
        if total >= MAX_AMOUNT:
            for row in sound:
                row.refuse("absurd_total")
        for row in sound[MAX_LINES:]:
            row.refuse("too_many_lines", limit=MAX_LINES)

    def _name(self, group: Group, value: dict[str, Any]) -> None:
        customer = value["customer"]
        group.label = str(customer.customer or customer.name or value.get("customer_code") or "")

    # writing, and the way out

    def take(self, groups: list[Group]) -> None:
        write_orders(self, groups)

    def summary(self, groups: Iterable[Group]) -> dict[str, int]:
        to_take = [group for group in groups if group.outcome not in (Outcome.REFUSED, Outcome.DUPLICATE)]
        rows = [row.values for group in to_take for row in group.sound]
        customers = {value["customer"].key for value in rows if value["customer"].customer is None}
        products = {ref.key for value in rows if (ref := value.get("product")) and ref.product is None}
        return {"orders": len(to_take), "lines": len(rows), "customers": len(customers), "products": len(products)}

    def exported_head(self) -> Sequence[str]:
        return table1_head()

    def exported(self) -> Iterator[list[Any]]:
        return table1_rows(Order.objects.visible_to(self.by).order_by("pk"), self.by)

    def today(self) -> Any:
        return timezone.localdate()


def line_amount(row: Row, currency: str) -> Decimal:
    return quantize(row.values["quantity"] * row.values["unit_price"], currency)
