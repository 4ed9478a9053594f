"""Two people on one order: the second sees field by field what changed and keeps the own text (R14.6)."""

from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from core.models import AuditEntry
from orders.models import Order
from orders.services import return_to_sales
from tests.factories import fresh, make_order, make_user, person
from tests.orders.test_entry_pages import typed

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.6")]


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_of(order: Order, **over: Any) -> dict[str, Any]:
    """What a browser would post after opening the order and changing only what is named."""
    page = client_of(person(Role.SALES)).get(f"/orders/{order.pk}/edit/")
    form, rows = page.context["form"], [*page.context["lines"], *page.context["terms"]]
    shown = {field.html_name: field.value() for part in (form, *rows) for field in part}
    counts = {
        f"{prefix}-{name}": page.context[prefix].management_form[name].value()
        for prefix in ("lines", "terms") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }  # fmt: skip
    return {name: "" if value is None else value for name, value in {**shown, **counts, **over}.items()}


@pytest.fixture
def order() -> Order:
    """Back with sales, where two of them may write on it."""
    order = make_order(packaging="木箱")
    return return_to_sales(order=order, reason="交期不明", by=person(Role.ORDER_CENTER))


@pytest.fixture
def other() -> Any:
    return make_user(Role.INSIDE_SALES, display_name="王芳")


def save(user: Any, order: Order, form: dict[str, Any]) -> Any:
    return client_of(user).post(f"/orders/{order.pk}/edit/", form)


def clash(order: Order, other: Any, theirs: dict[str, Any], yours: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Both open the order; the other saves first. Answers the second writer's page and form."""
    first, second = form_of(order, **theirs), form_of(order, **yours)
    assert save(other, order, first).status_code == 302
    return save(person(Role.SALES), order, second), second


def test_the_second_writer_reads_who_changed_what_beside_the_own_text(order, other):
    page, _form = clash(order, other, {"packaging": "纸箱"}, {"packaging": "托盘", "remarks": "加急"})
    assert page.status_code == 409 and fresh(order).packaging == "纸箱"
    (found,) = page.context["conflict"]
    assert (found.name, found.theirs, found.yours, found.touched) == ("packaging", ("纸箱",), ("托盘",), True)
    text = page.content.decode()
    assert "王芳" in text and 'value="托盘"' in text and "加急" in text


def test_saving_again_applies_the_own_text_over_theirs(order, other):
    page, form = clash(order, other, {"packaging": "纸箱", "labels": "中文"}, {"packaging": "托盘"})
    again = {**form, "version": page.context["form"]["version"].value(), "take": ["labels"]}
    assert save(person(Role.SALES), order, again).status_code == 302
    assert (fresh(order).packaging, fresh(order).labels) == ("托盘", "中文")


def test_what_only_the_other_changed_is_offered_to_be_taken(order, other):
    page, _form = clash(order, other, {"labels": "中文", "packaging": "纸箱"}, {"packaging": "托盘"})
    touched = {found.name: found.touched for found in page.context["conflict"]}
    assert touched == {"labels": False, "packaging": True}
    boxes = page.content.decode().split('name="take"')[1:]
    assert ["checked" in box.split(">")[0] for box in boxes] == [False, True]  # in the form's order: packaging, labels


def test_what_only_the_second_writer_changed_is_no_conflict(order, other):
    page, _form = clash(order, other, {"labels": "中文"}, {"remarks": "加急"})
    assert [found.name for found in page.context["conflict"]] == ["labels"]


def test_goods_are_compared_row_by_row_and_taken_whole(order, other):
    theirs, yours = {"lines-0-quantity": "12"}, {"lines-0-quantity": "15"}
    page, form = clash(order, other, theirs, yours)
    (found,) = page.context["conflict"]
    assert found.name == "order_lines" and "12" in found.theirs[0] and "15" in found.yours[0] and found.touched
    again = {**form, "version": page.context["form"]["version"].value(), "take": ["order_lines"]}
    save(person(Role.SALES), order, again)
    assert fresh(order).lines.get().quantity == 12


def test_a_third_save_in_between_is_shown_again(order, other):
    page, form = clash(order, other, {"packaging": "纸箱"}, {"packaging": "托盘"})
    save(other, order, form_of(order, packaging="铁箱"))
    again = save(person(Role.SALES), order, {**form, "version": page.context["form"]["version"].value()})
    assert again.status_code == 409 and again.context["conflict"][0].theirs == ("铁箱",)
    assert fresh(order).packaging == "铁箱"


def test_a_telephone_changed_by_the_other_is_told_though_the_trail_masks_it(order, other):
    page, _form = clash(order, other, {"contact_phone": "13911112222"}, {"remarks": "加急"})
    (found,) = page.context["conflict"]
    assert (found.name, found.theirs, found.touched) == ("contact_phone", ("13911112222",), False)
    assert "13911112222" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_taking_what_is_no_field_takes_nothing(order, other):
    form = typed(customer_text=order.customer.code, take=["status", "created_by", "number"])
    assert save(person(Role.SALES), order, form).status_code == 302
    assert fresh(order).status == "returned"
