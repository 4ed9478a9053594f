"""Numbers of orders somebody may not see stand in no list, export or page of stock and forms (R1.6, R13.7)."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import system_user
from catalog.services import draw_count, receive_reserved, reserve_stock
from catalog.services.stock import main_warehouse
from core.models import Document
from fulfillment.services.requisitions import decide_requisition, submit_requisition
from orders.models import Order
from tests.factories import client_of, make_order, make_product, make_user, person
from tests.fulfillment.factories import make_demand_plan

pytestmark = [pytest.mark.req("R1.6"), pytest.mark.req("R13.7"), pytest.mark.django_db]
LISTS = ["catalog:movement-list", "catalog:reservation-list", "fulfillment:requisition-list"]


def make_traces(quantity: int = 3) -> Order:
    """An order whose number stands in a reservation, a movement, a batch and a change notice."""
    product = make_product(stock=20)
    make_order()  # so that the numbers of forms and sheets, which begin at one, too, are others
    order = make_order("in_production", product=product)
    number = str(order.number)
    with transaction.atomic():
        line = order.lines.get()
        receive_reserved(
            number, line_id=line.pk, product=product, quantity=Decimal(quantity), batch=number, by=system_user()
        )
    form = make_demand_plan("change_notice", order=order)
    submit_requisition(requisition=form, by=person(Role.SALES))
    return order


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def stranger() -> Client:
    return signed_in(make_user(Role.SALES))


def owner(order: Order) -> Client:
    return signed_in(order.salesperson)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("export", ["", "csv"])
def test_a_list_and_its_export_show_the_row_without_the_number(name, export):
    order = make_traces()

    def read(client: Client) -> str:
        answer = client.get(reverse(name), {"export": export} if export else {})
        return (b"".join(answer) if export else answer.content).decode()  # type: ignore[arg-type]

    assert str(order.number) in read(owner(order)) and str(order.number) in read(client_of(Role.WAREHOUSE))
    text = read(stranger())
    assert str(order.number) not in text and "another order" in text


@pytest.mark.parametrize("name", LISTS[:2])
def test_who_may_not_read_a_number_does_not_find_by_it(name):
    order = make_traces()
    for field in ("reference", "batch"):
        asked = {field: str(order.number)}
        if name == LISTS[1] and field == "batch":
            continue
        assert owner(order).get(reverse(name), asked).context["rows"]
        assert not stranger().get(reverse(name), asked).context["rows"]


def test_the_rows_of_others_lead_nowhere_and_are_sorted_by_nothing_that_tells():
    make_traces()
    page = stranger().get(reverse("catalog:reservation-list"))
    assert [row.url for row in page.context["rows"]] == ["", ""]
    assert "/orders/?q=" not in page.content.decode()


def test_the_pages_of_product_count_and_form_do_not_tell_it_either():
    order = make_traces()
    count = draw_count(warehouse=main_warehouse(), by=person(Role.WAREHOUSE))
    pages = [reverse("catalog:product-detail", args=[order.lines.get().product_id]), count.get_absolute_url()]
    for page in [*pages, order.requisitions.get().get_absolute_url()]:
        assert str(order.number) in owner(order).get(page).content.decode(), page
        assert str(order.number) not in stranger().get(page).content.decode(), page


def test_the_paper_of_a_form_is_for_who_may_see_its_order():
    directors = [person(role) for role in (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER)]
    order = make_traces()
    decide_requisition(requisition=order.requisitions.get(), approve=True, by=directors[0])
    paper = Document.objects.get(kind="change_notice")
    address = f"/documents/{paper.pk}/zh-hans.pdf"
    assert stranger().get(address).status_code == 404
    assert owner(order).get(address).status_code in (200, 202)


@pytest.mark.req("R13.3")
@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_whoever_sees_a_part_the_same_for_few_and_many_rows(name):
    client = stranger()

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        return len(queries)

    make_traces()
    cost()  # the first visit of a person counts what the next ones know
    few = cost()
    for _ in range(3):
        make_traces()
    assert cost() == few <= 12


def test_what_is_no_order_of_others_is_read_by_everybody():
    product = make_product(stock=5)
    with transaction.atomic():
        reserve_stock("X1", wants=[(1, product.pk, Decimal(2))], by=system_user())
    assert "X1" in stranger().get(reverse("catalog:reservation-list")).content.decode()
