"""The joint review sheet: each department's checklist, conditions, evidence; the rounds side by side (R3.1, R3.3)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from catalog.models import ProductFamily
from core.errors import DomainError, NotPermitted
from core.models import Attachment
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department
from orders.models import Order, ReviewChecklistItem, ReviewOpinion
from orders.rounds import edits_between, rounds_for, side_by_side
from orders.services.checklists import Answer
from orders.specs import spec_of
from tests.factories import fresh, give_opinions, make_order, make_product, make_user, pass_preliminary, person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.1")]


@pytest.fixture
def order() -> Order:
    order = make_order()
    pass_preliminary(order)
    return fresh(order)


def item(department: str = Department.FINANCE, **over: Any) -> ReviewChecklistItem:
    values = {"text": "营业执照有效", "text_en": "Licence valid", **over}
    return services.save_checklist_item(department=department, by=person(Role.ORDER_CENTER), **values)


def word(order: Order, department: str = Department.FINANCE, result: str = "favorable", **over: Any) -> ReviewOpinion:
    by = person(DEPARTMENT_ROLE[Department(department)])
    return services.give_opinion(order=order, department=department, result=result, by=by, **over)


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def next_round(order: Order, **changes: Any) -> None:
    services.return_to_sales(order=order, reason="再谈", by=person(Role.ORDER_CENTER))
    spec = replace(spec_of(fresh(order)), **changes)
    services.save_draft(spec=spec, order=fresh(order), by=person(Role.SALES))
    services.receive_order(order=fresh(order), by=person(Role.SALES))


def test_the_warehouse_has_a_word_of_its_own_beside_production(order):
    departments = order.rounds.get().opinions.values_list("department", flat=True)
    assert {Department.PRODUCTION, Department.WAREHOUSE} <= set(departments)


def test_a_favourable_opinion_answers_what_must_be_answered(order):
    required, optional = item(), item(text="已对账", is_required=False)
    with pytest.raises(DomainError, match="checklist") as refused:
        word(order)
    assert set(refused.value.fields) == {f"answer_{required.pk}"}
    assert order.rounds.get().opinions.get(department=Department.FINANCE).result == "pending"
    row = word(order, answers={required.pk: Answer("ok")})
    assert [answer["item"] for answer in row.answers] == [required.pk] and optional.pk


def test_an_adverse_opinion_needs_no_complete_checklist(order):
    item()
    assert word(order, result="unfavorable", remarks="超期").result == "unfavorable"


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [(Answer("not_ok"), False), (Answer("not_ok", "已过期"), False), (Answer("not_applicable"), True),
     (Answer("fine"), False)],
)  # fmt: skip
def test_what_is_not_in_order_is_not_favourable(order, answer, accepted):
    asked = item()
    if accepted:
        word(order, answers={asked.pk: answer})
    else:
        with pytest.raises(DomainError, match="checklist"):
            word(order, answers={asked.pk: answer})


def test_what_is_not_in_order_may_be_a_condition(order):
    asked = item()
    row = word(order, result="conditional", conditions="补交执照", answers={asked.pk: Answer("not_ok", "已过期")})
    assert row.conditions == "补交执照" and row.answers[0]["remark"] == "已过期"


def test_a_condition_is_said_apart_from_remarks(order):
    with pytest.raises(DomainError, match="conditions"):
        word(order, result="conditional", remarks="有条件")


def test_the_answers_keep_the_words_that_were_asked(order):
    asked = item()
    row = word(order, answers={asked.pk: Answer("ok")})
    item(item=asked, text="三证齐全", is_active=False)
    row.refresh_from_db()
    assert row.checklist[0]["text"] == "Licence valid" and row.answers[0]["text"] == "营业执照有效"


def test_an_item_of_a_family_is_asked_where_the_family_is_ordered():
    ours, other = (ProductFamily.objects.create(code=code, name=code) for code in ("SRV", "NET"))
    order = make_order(product=make_product(stock=100, family=ours))
    pass_preliminary(order)
    asked = item(Department.ENGINEERING, family=ours)
    item(Department.ENGINEERING, family=other)
    with pytest.raises(DomainError) as refused:
        word(order, Department.ENGINEERING)
    assert set(refused.value.fields) == {f"answer_{asked.pk}"}


def test_checklists_are_for_the_order_centre_and_the_administrator_to_change():
    with pytest.raises(NotPermitted):
        services.save_checklist_item(department=Department.FINANCE, text="x", by=person(Role.FINANCE))
    client = client_of(Role.ORDER_CENTER)
    data = {"department": "finance", "text": "信用报告", "position": "2", "is_active": "on"}
    assert client.post("/orders/settings/checklists/new/", data).status_code == 302
    row = ReviewChecklistItem.objects.get()
    assert client.post(f"/orders/settings/checklists/{row.pk}/", {**data, "text": "征信报告"}).status_code == 302
    assert "征信报告" in client.get("/orders/settings/checklists/").content.decode()


@pytest.mark.req("R2.8")
def test_evidence_stands_with_the_opinion_and_is_opened_by_role(order):
    paper = SimpleUploadedFile("licence.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    data = {"department": "finance", "result": "favorable", "evidence": paper, "evidence_kind": "certificate"}
    assert client_of(Role.FINANCE).post(f"/orders/{order.pk}/review/", data).status_code == 302
    file = Attachment.objects.get(subject_type="orders.reviewopinion")
    assert file.subject_id == order.rounds.get().opinions.get(department="finance").pk
    sheet = f"/orders/{order.pk}/review/"
    assert "licence.pdf" in client_of(Role.ORDER_CENTER).get(sheet).content.decode()
    assert "licence.pdf" not in client_of(Role.PRODUCTION).get(sheet).content.decode()


def test_the_page_shows_the_own_checklist_and_what_is_missing_at_its_item(order):
    asked = item()
    client = client_of(Role.FINANCE)
    sheet = f"/orders/{order.pk}/review/"
    assert "Licence valid" in client.get(sheet).content.decode()
    assert client.post(sheet, {"department": "finance", "result": "favorable"}).status_code == 422
    data = {
        "department": "finance",
        "result": "favorable",
        f"answer_{asked.pk}": "ok",
        f"remark_{asked.pk}": "到2027年",
    }
    assert client.post(sheet, data).status_code == 302
    assert "到2027年" in client_of(Role.SALES_MANAGER).get(sheet).content.decode()


@pytest.mark.req("R3.3")
def test_a_round_is_pinned_to_the_revision_of_the_order_it_reviewed(order):
    next_round(order, remarks="急")
    assert list(order.rounds.values_list("number", "order_version")) == [(1, 0), (2, 1)]


@pytest.mark.req("R3.3")
def test_the_rounds_stand_side_by_side_with_their_differences(order):
    word(order, Department.FINANCE, "unfavorable", remarks="超期")
    word(order, Department.PRODUCTION, lead_time_days=9)
    next_round(order, requested_date=timezone.localdate() + timedelta(days=40))
    word(order, Department.FINANCE)
    word(order, Department.PRODUCTION, lead_time_days=9)
    rounds = rounds_for(order, person(Role.ORDER_CENTER))
    rows = {str(label): [(cell.said, cell.changed) for cell in cells] for label, cells in side_by_side(rounds)}
    (first, _), (second, changed) = rows[str(Department.FINANCE.label)]
    assert (first.result, second.result, changed) == ("unfavorable", "favorable", True)
    assert rows[str(Department.PRODUCTION.label)][1][1] is False
    [(round_, [edit])] = edits_between(order, rounds)
    assert round_.number == 2 and "Requested delivery date" in [label for label, _old, _new in edit.changes]
    page = client_of(Role.ORDER_CENTER).get(f"/orders/{order.pk}/review/").content.decode()
    assert "Rounds side by side" in page and "Requested delivery date" in page


def test_a_sheet_costs_the_same_with_one_word_as_with_three_rounds_of_words(order):
    def cost() -> int:
        client.get(sheet)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(sheet).status_code == 200
        return len(queries)

    client, sheet = client_of(Role.ORDER_CENTER), f"/orders/{order.pk}/review/"
    next_round(order)
    word(order, Department.FINANCE)
    few = cost()
    for _ in range(2):
        give_opinions(fresh(order))
        next_round(order)
    for department in list(Department)[:3]:
        asked = item(department)
        paper = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
        word(order, department, answers={asked.pk: Answer("ok")}, evidence=[paper])
    make_user(Role.WAREHOUSE)
    assert cost() <= few + 1 and few <= 45
