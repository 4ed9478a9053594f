"""Imports of their own for customers, products, prices and stock, and the same layouts on the way out."""

import csv
import io
from decimal import Decimal

import pytest

from catalog.models import Product, StockLot, StockMovement
from core.imports.choices import Outcome
from core.imports.files import write_csv
from core.imports.registry import importer_of
from customers.models import Customer
from tests.factories import make_customer, make_product, person
from tests.imports.factories import bring_in, check, codes

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.django_db]
CUSTOMERS = "customer code,customer,region,class,contact,contact details,e-mail,delivery address,account manager\n"
PRODUCTS = "product code,product,unit,list price,floor price,stock\n"


def test_customers_come_with_contact_and_address_once():
    manager = person("sales_manager")
    file = CUSTOMERS + "A1,甲公司,华北,重点,李明,13800138000,li@example.com,北京1号,sales_manager\nA2,乙公司,,,,,,,\n"
    for _ in range(2):
        job = check(file, by=manager, kind="customers")
        if job.counts.get(Outcome.READY):
            bring_in(file, by=manager, kind="customers")
    assert job.counts == {Outcome.DUPLICATE: 2}
    customer = Customer.objects.get(code="A1")
    assert (customer.tier, customer.owner, customer.import_key) == ("key", manager, "file:A1")
    assert (customer.contacts.get().phone, customer.addresses.get().text) == ("13800138000", "北京1号")


def test_orders_find_the_customers_that_were_imported_before():
    clerk = person("inside_sales")
    bring_in("customer code,customer\nA1,甲公司\n", by=clerk, kind="customers")
    bring_in("number,customer code,description,quantity,unit price\n1,A1,Box,1,5\n", by=clerk)
    assert Customer.objects.get().orders.count() == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [("A1,,,,,,,,", "required"), ("A1,甲,,gold,,,,,", "not_a_choice"), ("A1,甲,,,李,1,nonsense,,", "not_an_email")],
)
def test_a_bad_customer_is_refused(line, reason):
    row = check(CUSTOMERS + line + "\n", by=person("inside_sales"), kind="customers").rows.get()
    assert (row.outcome, codes(row)[0]) == (Outcome.REFUSED, reason)


def test_a_code_that_stands_twice_is_refused_the_second_time():
    job = check("customer code,customer\nA1,甲\nA1,乙\n", by=person("inside_sales"), kind="customers")
    assert [row.outcome for row in job.rows.order_by("row_no")] == [Outcome.READY, Outcome.REFUSED]


def test_customers_are_changed_only_when_asked():
    clerk, customer = person("inside_sales"), make_customer(code="A1", name="甲", region="华北")
    file = "customer code,customer,region\nA1,甲公司,\n"
    assert check(file, by=clerk, kind="customers").counts == {Outcome.DUPLICATE: 1}
    bring_in(file, by=clerk, kind="customers", update=True)
    customer = Customer.objects.get(pk=customer.pk)
    assert (customer.name, customer.region) == ("甲公司", "华北")


def test_products_come_with_prices_and_opening_stock_received_once():
    admin = person("admin")
    file = PRODUCTS + "P1,盒子,个,5,4,100\nP2,袋子,个,3,,\n"
    bring_in(file, by=admin, kind="products")
    bring_in(file, by=admin, kind="products", update=True)
    assert Product.objects.get(code="P1").floor_price == Decimal(4)
    lot = StockLot.objects.get()
    assert (lot.on_hand, lot.batch, StockMovement.objects.filter(lot=lot).count()) == (Decimal(100), "OPENING", 1)


def test_prices_of_products_that_are_here_are_changed_when_asked():
    make_product(code="P1", list_price=Decimal(5), floor_price=Decimal(4))
    bring_in("product code,list price,floor price\nP1,9,8\n", by=person("sales_manager"), kind="products", update=True)
    product = Product.objects.get()
    assert (product.list_price, product.floor_price) == (Decimal(9), Decimal(8))


@pytest.mark.parametrize(
    ("role", "line", "options", "reason"),
    [
        ("admin", "P1,盒子,个,4,5,", {}, "floor_above_list"),
        ("admin", "P1,盒子,个,-4,,", {}, "below_zero"),
        ("admin", "P1,,个,4,,", {}, "required"),
        ("inside_sales", "P1,盒子,个,4,,10", {}, "may_not_stock"),
        ("inside_sales", "P0,盒子,个,5000,4000,", {"update": True}, "may_not_change"),
    ],
)
def test_a_bad_product_is_refused(role, line, options, reason):
    make_product(code="P0")
    row = check(PRODUCTS + line + "\n", by=person(role), kind="products", **options).rows.get()
    assert (row.outcome, codes(row)[0]) == (Outcome.REFUSED, reason)


@pytest.mark.parametrize("kind", ["customers", "products"])
def test_what_is_exported_is_known_when_it_comes_back(kind):
    make_customer(), make_product(stock=5)
    admin, out = person("admin"), io.StringIO(newline="")
    importer = importer_of(kind)({}, {}, admin)
    write_csv(out, importer.exported_head(), importer.exported())
    assert check(out.getvalue(), by=admin, kind=kind).counts == {Outcome.DUPLICATE: 1}


def test_contacts_are_masked_on_the_way_out():
    make_customer()
    out = io.StringIO(newline="")
    write_csv(out, ["x"], importer_of("customers")({}, {}, person("admin")).exported())
    assert list(csv.reader(io.StringIO(out.getvalue())))[1][10:13] == ["李*", "138****00", "l***@example.com"]
