"""Everything that has left, with every field of the dispatch order, for who may see it (R5.8)."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from core.models import AuditEntry
from fulfillment.models import Shipment
from tests.factories import make_product, make_user
from tests.fulfillment.factories import dispatch, make_inspected, make_shipment, prepare

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.8")]
LEDGER = reverse("fulfillment:ledger")
COLUMNS = {
    "en": ["Number", "Date", "Order", "Customer", "Goods", "Quantity", "Batch", "Carrier", "Mode", "Waybill",
           "Expected arrival", "Receiver", "Receiver's telephone", "Delivery address", "Labels",
           "Accompanying papers", "Special needs"],
    "zh-hans": ["编号", "日期", "订单", "客户", "货物", "数量", "批次", "承运人", "运输方式", "运单", "预计到达",
                "收货人", "收货电话", "收货地址", "标签", "随货资料", "特殊要求"],
}  # fmt: skip


def reader(role: str, **over) -> Client:
    client = Client()
    client.force_login(make_user(role, **over))
    return client


def exported(client: Client, **query) -> list[list[str]]:
    answer = client.get(LEDGER, {"export": "csv", **query})
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def packed(**over) -> Shipment:
    values = {"labels": "小心轻放", "papers": "说明书", "remarks": "上午送到", **over}
    return dispatch(prepare(make_inspected(product=values.pop("product", None) or make_product(stock=20)), **values))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_export_has_exactly_its_columns_in_the_readers_language(language):
    shipment = packed()
    head, row = exported(reader(Role.LOGISTICS, language=language))
    assert head == COLUMNS[language]
    given = dict(zip(COLUMNS["en"], row, strict=True))
    assert (given["Number"], given["Waybill"], given["Receiver"]) == (shipment.number, shipment.waybill, "李明")
    assert given["Batch"] == shipment.lines.get().batches.get().batch
    assert [given[name] for name in COLUMNS["en"][-3:]] == ["小心轻放", "说明书", "上午送到"]


def test_what_has_not_left_is_not_in_the_ledger():
    prepare(make_inspected())
    assert len(exported(reader(Role.LOGISTICS))) == 1


def test_it_is_searched_by_waybill_goods_and_batch():
    product = make_product(stock=40)
    found = packed(product=product)
    dispatch(prepare(make_inspected()), waybill="YT999")
    seeker = reader(Role.LOGISTICS)
    batch = found.lines.get().batches.get().batch
    for text in (found.number, found.waybill, batch, product.code):
        assert [row[0] for row in exported(seeker, q=text)[1:]] == [found.number], text
    assert len(exported(seeker, q="YT999")) == 2 and len(exported(seeker, q="nothing like it")) == 1


@pytest.mark.req("R1.6")
@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.INSIDE_SALES, True)])
def test_the_receiver_is_masked_in_page_and_file_as_on_the_shipment(role, reads):
    packed()
    client = reader(role)
    assert "李" not in client.get(LEDGER).content.decode()
    assert not AuditEntry.objects.filter(action="customer.contacts_read").exists()  # nobody was shown
    page = client.get(LEDGER, {"cols": ["receiver", "receiver_phone"]}).content.decode()
    assert ("李明" in page) == reads and ("李*" in page) != reads
    assert AuditEntry.objects.filter(action="customer.contacts_read").exists() == reads
    row = dict(zip(COLUMNS["en"], exported(client)[1], strict=True))
    assert row["Receiver"] == ("李明" if reads else "李*")
    assert ("*" in row["Receiver's telephone"]) != reads
    assert AuditEntry.objects.get(action="export.taken").note.startswith("dispatch-ledger.csv")


def test_a_salesperson_sees_the_own_customers_only():
    shipment = packed()
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    assert shipment.number not in stranger.get(LEDGER).content.decode() and len(exported(stranger)) == 1


def test_the_ledger_costs_the_same_with_many_rows(django_assert_max_num_queries):
    product = make_product(stock=500)
    client = reader(Role.ENGINEERING)
    make_shipment(product=product)
    for _again in range(2):
        with django_assert_max_num_queries(10):
            client.get(LEDGER)
        for _shipment in range(4):
            make_shipment(product=product)
