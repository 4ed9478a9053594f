"""Order table 1 goes in and comes out the same, in its exact columns."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from core.imports.files import write_csv
from core.imports.table import read
from orders.exports import CHINESE, ENGLISH, export_table1, table1_head, table1_rows
from orders.models import Order
from tests.factories import make_customer, make_order, make_user, person
from tests.imports.factories import bring_in, workbook

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.django_db]
HEAD = (
    "訂單編號,客戶名稱,聯繫人,聯繫方式,下單日期,產品/服務名稱,規格型號,數量,單價(元),總金額(元),"
    "付款方式,交付地址,交付日期,銷售負責人,備註"
)
ROW = [
    "202405-001", "科技有限公司", "李*", "", "2024-05-10", "服務器A型", "S-001", "10", "5000", "50000",
    "30%預付,餘款到付", "北京市海淀區路1號", "2024-05-25", "張*", "需定製logo",
]  # fmt: skip


def exported(by: User, language: str = "zh-hans") -> list[list[str]]:
    out = io.StringIO(newline="")
    with translation.override(language):
        write_csv(out, table1_head(), table1_rows(Order.objects.order_by("pk"), by))
    return list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff"))))


def test_the_example_row_comes_out_as_it_went_in():
    clerk = person("inside_sales")
    make_user("sales", display_name="張*")
    bring_in(workbook(HEAD.split(","), ROW), by=clerk, name="table1.xlsx", numbers="ordered")
    assert exported(clerk) == [HEAD.split(","), ROW]


def test_the_heads_are_those_of_the_regulation():
    assert list(CHINESE) == HEAD.split(",")
    assert len(ENGLISH) == len(CHINESE)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_we_export_we_can_import_and_it_is_here_already(language):
    clerk = person("inside_sales")
    make_order()
    out = io.StringIO(newline="")
    with translation.override(language):
        write_csv(out, table1_head(), table1_rows(Order.objects.all(), clerk))
    job = bring_in_or_check(out.getvalue(), clerk)
    assert job.counts == {"duplicate": 1}


def bring_in_or_check(content: str, clerk: User):
    from tests.imports.factories import check

    return check(content, by=clerk)


def test_contacts_are_masked_for_who_may_not_read_them():
    make_order(contact_name="李明", contact_phone="13800138000", customer=make_customer())
    (_head, row) = exported(person("warehouse"))
    assert row[2:4] == ["李*", "138****00"]
    (_head, row) = exported(person("inside_sales"))
    assert row[2:4] == ["李明", "13800138000"]


def test_money_that_is_not_yuan_says_so_and_is_read_back():
    clerk = person("inside_sales")
    order = make_order(currency="GBP")
    (_head, row) = exported(clerk)
    assert row[8:10] == ["GBP 5000", "GBP 50000"]
    row[0] = "another"
    bring_in(workbook(HEAD.split(","), row), by=clerk, name="t.xlsx")
    copy = Order.objects.exclude(pk=order.pk).get()
    assert (copy.currency, copy.amount) == ("GBP", order.amount)


def test_a_workbook_and_a_streamed_file_hold_the_same():
    clerk = person("inside_sales")
    make_order(remarks="=HYPERLINK(1)")
    tables = []
    for fmt in ("csv", "xlsx"):
        response = export_table1(Order.objects.all(), clerk, fmt)
        table = read(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        tables.append((table.headers, [row.cells for row in table.rows]))
    assert tables[0] == tables[1]
    assert tables[0][1][0][-1] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("orders", [1, 5])
def test_the_statements_of_an_export_do_not_grow_with_the_orders(django_assert_max_num_queries, orders):
    clerk = person("inside_sales")
    for _ in range(orders):
        make_order()
    with django_assert_max_num_queries(6):
        assert len(list(table1_rows(Order.objects.all(), clerk))) == orders


def test_a_salesperson_exports_the_own_orders_filtered_as_in_the_list(client):
    seller = person("sales")
    own = make_order(salesperson=seller)
    make_order(salesperson=make_user("sales"), customer=make_customer(owner=make_user("sales")))
    client.force_login(seller)
    url = reverse("orders:order-export", args=["csv"])
    numbers = [row.cells[0] for row in read(b"".join(client.get(url).streaming_content)).rows]  # type: ignore[attr-defined]
    assert own.number in numbers
    assert not list(read(b"".join(client.get(url, {"status": "closed"}).streaming_content)).rows)  # type: ignore[attr-defined]
