"""A chunk of checked orders into the tables: missing customers, missing products, then the orders, by their doors."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.services import create_products
from core.imports.importer import Group, Row
from customers.services import NewCustomer, create_customers
from orders.choices import Source
from orders.imports.archive import CustomerRef, ProductRef
from orders.imports.drafts import Draft
from orders.services import place_orders
from orders.specs import LineSpec, OrderSpec

if TYPE_CHECKING:
    from orders.imports.importer import OrderImporter


def write_orders(importer: "OrderImporter", groups: list[Group]) -> None:
    drafts = [group.draft for group in groups]  # type: ignore[attr-defined]
    _make_customers(importer, drafts)
    _make_products(importer, groups)
    specs = [_spec(importer, group, draft) for group, draft in zip(groups, drafts, strict=True)]
    for group, order in zip(groups, place_orders(specs=specs, by=importer.by), strict=True):
        group.target_id, group.target_label = order.pk, order.number or ""


def _make_customers(importer: "OrderImporter", drafts: list[Draft]) -> None:
    missing: dict[str, tuple[CustomerRef, NewCustomer]] = {}
    for draft in drafts:
        ref = draft.customer
        if ref.customer is None and ref.key not in missing:
            missing[ref.key] = (ref, _new_customer(importer, draft))
    made = create_customers(customers=[new for _ref, new in missing.values()], by=importer.by)
    for (ref, _new), customer in zip(missing.values(), made, strict=True):
        ref.customer = customer


def _new_customer(importer: "OrderImporter", draft: Draft) -> NewCustomer:
    value, code = draft.values, draft.values.get("customer_code")
    name = draft.customer.name or _("Customer %(code)s") % {"code": code}
    values = {"name": name, "region": draft.customer.region, "currency": draft.currency, "owner": draft.salesperson}
    contact = (
        {"name": value["contact_name"], "phone": value.get("contact_phone") or ""} if value.get("contact_name") else {}
    )
    address = {"text": value["delivery_address"]} if value.get("delivery_address") else {}
    key = importer.archive.import_key(code) if code else None
    return NewCustomer(values, key, contact=contact, address=address)


def _make_products(importer: "OrderImporter", groups: list[Group]) -> None:
    missing: dict[str, ProductRef] = {}
    for group in groups:
        for row in group.sound:
            ref = row.values.get("product")
            if ref is not None and ref.product is None:
                missing.setdefault(ref.key, ref)
    products = [
        Product(
            code=ref.code, name=ref.name, specification=ref.specification, list_price=ref.price,
            unit=ref.unit or importer.options["unit"], currency=importer.options["currency"],
        )
        for ref in missing.values()
    ]  # fmt: skip
    for ref, product in zip(missing.values(), create_products(products=products, by=importer.by), strict=True):
        ref.product = product


def _spec(importer: "OrderImporter", group: Group, draft: Draft) -> OrderSpec:
    by_order_date = importer.options["numbers"] == "ordered"
    return OrderSpec(
        customer=draft.customer.customer,
        lines=tuple(_line(importer, row) for row in group.sound),
        terms=draft.terms,
        contact_name=draft.contact[0],
        contact_phone=draft.contact[1],
        salesperson=draft.salesperson,
        source=Source.IMPORT,
        ordered_date=draft.ordered_date,
        requested_date=draft.requested_date,
        delivery_address=draft.address,
        receiver=draft.receiver,
        receiver_phone=draft.receiver_phone,
        currency=draft.currency,
        remarks=draft.values.get("remarks") or "",
        import_key=importer.archive.import_key(group.key),
        numbered_date=draft.ordered_date if by_order_date else None,
    )


def _line(importer: "OrderImporter", row: Row) -> LineSpec:
    value: dict[str, Any] = row.values
    ref = value.get("product")
    product = ref.product if ref else value.get("known_product")
    return LineSpec(
        value["quantity"], value["unit_price"], product=product, description=value.get("description") or "",
        specification=value.get("specification") or "",
        unit=value.get("unit") or (product.unit if product else importer.options["unit"]),
    )  # fmt: skip
