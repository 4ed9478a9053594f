"""What becomes of the rows of an order file, one dirt at a time."""

from datetime import date
from decimal import Decimal

import pytest

from catalog.models import Product
from core.errors import DomainError
from core.imports.choices import Outcome
from customers.models import Customer
from orders.models import Order
from tests.factories import make_customer, make_product, person
from tests.imports.factories import bring_in, check, codes, order_file, workbook

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.django_db]


@pytest.fixture
def clerk():
    return person("inside_sales")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("C1,Acme,P1,Goods,-1,5", "cancellation"),
        ("1,Acme,P1,Goods,-1,5", "negative_quantity"),
        ("1,Acme,P1,Goods,0,5", "zero_quantity"),
        ("1,,P1,Goods,1,5", "no_customer"),
        ("1,Acme,P1,Goods,1,0", "zero_price"),
        ("1,Acme,P1,Goods,1,-5", "negative_price"),
        ("1,Acme,,,1,5", "no_goods"),
        ("1,Acme,P1,,1,5", "unknown_product"),
        ("1,Acme,P1,Goods,many,5", "not_a_number"),
        ("1,Acme,P1,Goods,NaN,5", "not_a_number"),
        ("1,Acme,P1,Goods,1e5,5", "not_a_number"),
        ("1,Acme,P1,Goods,2000000,5", "absurd_number"),
        ("1,Acme,P1,Goods,1,5.00001", "too_precise"),
        (",Acme,P1,Goods,1,5", "required"),
        ("1,Acme,P1,Goods,1,5,extra,cells", "too_many_cells"),
        (f"1,Acme,P1,{'x' * 3000},1,5", "cell_too_long"),
    ],
)
def test_a_row_is_refused_and_says_why(clerk, line, reason):
    job = check(order_file(line), by=clerk)
    row = job.rows.get()
    assert row.outcome == Outcome.REFUSED
    assert codes(row)[0] == reason


def test_all_reasons_of_a_row_are_told_at_once(clerk):
    row = check(order_file("1,,P1,,-1,0"), by=clerk).rows.get()
    assert codes(row) == ["negative_quantity", "no_customer", "zero_price", "unknown_product"]


def test_the_order_is_taken_with_its_sound_rows(clerk):
    job = bring_in(order_file("1,Acme,P1,Goods,1,5", "1,Acme,P2,Gifts,0,5", "1,Acme,P3,Toys,2,5"), by=clerk)
    assert [line.description for line in Order.objects.get().lines.all()] == ["Goods", "Toys"]
    assert (job.groups.get().sound_rows, job.groups.get().refused_rows) == (2, 1)


def test_unless_only_whole_orders_are_wanted(clerk):
    job = check(order_file("1,Acme,P1,Goods,1,5", "1,Acme,P2,Gifts,0,5"), by=clerk, whole_only=True)
    assert job.counts == {Outcome.REFUSED: 2}
    assert "whole_or_nothing" in codes(job.rows.first())


def test_the_same_code_twice_makes_two_lines_each_with_its_own_words(clerk):
    bring_in(order_file("1,Acme,P1,Round box,1,5", "1,Acme,P1,Square box,2,6"), by=clerk)
    order = Order.objects.get()
    assert [(line.description, line.product.code) for line in order.lines.all()] == [
        ("Round box", "P1"), ("Square box", "P1"),
    ]  # fmt: skip
    assert Product.objects.get(code="P1").name == "Round box"
    assert order.amount == Decimal(17)


def test_what_is_in_the_archive_is_used(clerk):
    customer, product = make_customer(name="Acme"), make_product(code="P1")
    bring_in(order_file("1,Acme,P1,,1,5"), by=clerk)
    order = Order.objects.select_related("customer").get()
    assert order.customer == customer
    assert (order.contact_name, order.delivery_address) == ("李明", "北京市海淀区1号")
    assert order.lines.get().product == product
    assert Customer.objects.count() == 1


def test_two_customers_of_one_name_are_not_guessed_at(clerk):
    make_customer(name="Acme"), make_customer(name="Acme")
    assert codes(check(order_file("1,Acme,P1,Goods,1,5"), by=clerk).rows.get()) == ["ambiguous_customer"]


def test_a_row_of_another_customer_does_not_slip_into_the_order(clerk):
    job = check(order_file("1,Acme,P1,Goods,1,5", "1,Bcme,P1,Goods,1,5"), by=clerk)
    assert [codes(row) for row in job.rows.order_by("row_no")] == [[], ["other_customer"]]


def test_what_was_filled_in_is_told_of_the_order(clerk):
    job = check(order_file("1,Acme,P1,Goods,1,5"), by=clerk)
    told = {code for code, _params in job.groups.get().notes}
    assert told == {"filled_date", "filled_delivery", "filled_terms", "filled_contact", "filled_address",
                    "filled_salesperson", "new_customer"}  # fmt: skip


def test_unknown_customers_are_refused_when_none_may_be_created(clerk):
    job = check(order_file("1,Acme,P1,Goods,1,5"), by=clerk, create_customers=False)
    assert codes(job.rows.get()) == ["unknown_customer"]


def test_a_stated_amount_must_be_what_we_reckon_or_the_orders_total(clerk):
    head = "number,customer,description,quantity,unit price,amount"
    job = check(order_file("1,A,Box,2,5,10", "2,A,Box,2,5,11", "3,A,Box,2,5,15", "3,A,Bag,1,5,15", head=head), by=clerk)
    assert [codes(row) for row in job.rows.order_by("row_no")] == [[], ["wrong_amount"], [], []]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-05-10", "", date(2024, 5, 10)), ("2024年5月10日", "", date(2024, 5, 10)),
        ("2024/5/10 08:26", "", date(2024, 5, 10)), ("25.12.2024", "", date(2024, 12, 25)),
        ("05/10/2024", "mdy", date(2024, 5, 10)), ("05/10/2024", "dmy", date(2024, 10, 5)),
        ("05/10/2024", "", "day_or_month"), ("31/31/2024", "", "not_a_date"), ("1024-05-10", "", "absurd_date"),
    ],
)  # fmt: skip
def test_dates_are_read_and_never_guessed(clerk, text, order, expected):
    head = "number,customer,description,quantity,unit price,order date"
    job = check(order_file(f"1,A,Box,2,5,{text}", head=head), by=clerk, dates=order)
    if isinstance(expected, str):
        assert codes(job.rows.get()) == [expected]
    else:
        bring_in(order_file(f"1,A,Box,2,5,{text}", head=head), by=clerk, dates=order)
        assert Order.objects.get().ordered_date == expected


def test_a_workbook_is_read_like_a_text_file(clerk):
    rows: list[list[object]] = [
        ["订单编号", "客户名称", "产品编号", "品名", "数量", "单价", "下单日期"],
        [1.0, "甲", 17850.0, "盒", 2, 2.55, date(2024, 5, 10)],
    ]
    bring_in(workbook(*rows), by=clerk, name="orders.xlsx")
    order = Order.objects.get()
    assert (order.import_key, order.ordered_date, order.amount) == ("file:1", date(2024, 5, 10), Decimal("5.10"))
    assert order.lines.get().product.code == "17850"


def test_chinese_text_of_an_old_machine_is_read(clerk):
    content = order_file("1,甲公司,P1,盒子,2,5", head="订单编号,客户名称,产品编号,品名,数量,单价").encode("gb18030")
    bring_in(content, by=clerk)
    assert Order.objects.select_related("customer").get().customer.name == "甲公司"


def test_columns_are_remembered_for_a_file_with_the_same_head(clerk):
    from tests.imports.factories import upload

    odd = "a,b,c,d,e\n1,Acme,Goods,1,5\n"
    mapping = {"number": 0, "customer_name": 1, "description": 2, "quantity": 3, "unit_price": 4}
    check(odd, by=clerk, mapping=mapping)
    assert upload(odd, by=clerk).mapping == mapping


@pytest.mark.parametrize(
    "mapping", [{}, {"number": 0, "quantity": 4, "unit_price": 5}, {"nonsense": 1}, {"number": 99}]
)
def test_columns_that_cannot_do_are_refused(clerk, mapping):
    from core.imports import services
    from tests.imports.factories import upload

    job = upload(order_file("1,Acme,P1,Goods,1,5"), by=clerk)
    with pytest.raises(DomainError):
        services.map_import(job=job, mapping=mapping, options={}, by=clerk)
