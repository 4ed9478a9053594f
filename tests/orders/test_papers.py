"""The papers an order leaves behind: frozen when issued, in both languages."""

import io
from datetime import timedelta
from decimal import Decimal

import pypdf
import pytest

from accounts.choices import Role
from core.documents import render
from core.errors import DomainError
from core.models import Document, OutboxMessage
from orders import services
from orders.choices import PreliminaryResult
from orders.specs import LineSpec
from tests.factories import (
    approve,
    fresh,
    give_opinions,
    make_customer,
    make_order,
    make_partner,
    make_product,
    make_user,
    pass_review,
    person,
)
from workflow import calendar
from workflow.business_time import add_working_days
from workflow.models import Notification, WorkReminder
from workflow.services import open_items
from workflow.services.sweep import sweep

pytestmark = pytest.mark.django_db


def text_of(document: Document, language: str) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(render(document, language))).pages)


@pytest.mark.req("R3.9", "R13.4")
def test_approval_issues_the_order_confirmation_with_who_confirmed_and_when():
    order = make_order("approved")
    document = Document.objects.get(kind="order_confirmation", subject_id=order.pk)
    assert document.context["confirmed_by"] == "sales_manager"
    assert document.context["approved_at"] is not None
    english = text_of(document, "en")
    assert order.number and order.number in english and "50,000.00" in english


@pytest.mark.req("R3.9", "R13.4")
def test_approval_issues_a_routing_slip_without_prices_that_says_who_does_what_by_when():
    order = make_order("approved", packaging="木箱")
    slip = Document.objects.get(kind="routing_slip", subject_id=order.pk)
    assert slip.number == order.number and slip.context["confirmed_by"] == "sales_manager"
    departments = [row["department"] for row in slip.context["departments"]]
    assert departments == ["production", "quality", "warehouse", "logistics", "finance"]
    english, chinese = text_of(slip, "en"), text_of(slip, "zh-hans")
    assert "Final inspection" in english and "木箱" in chinese and "终检" in chinese
    assert "5,000" not in english and "50,000" not in english and "unit_price" not in str(slip.context)


@pytest.mark.req("R3.9")
def test_confirmation_is_told_to_the_departments_that_carry_the_order_out():
    people = [person(role) for role in (Role.PRODUCTION, Role.QUALITY, Role.WAREHOUSE, Role.LOGISTICS, Role.FINANCE)]
    order = make_order("approved")
    told = Notification.objects.filter(key__startswith=f"distributed:{order.pk}:")
    assert {note.user for note in told} == set(people)
    assert person(Role.ENGINEERING) not in {note.user for note in told}
    assert not OutboxMessage.objects.filter(kind="email", key__startswith="mail:distributed").exists()


@pytest.mark.req("R3.10")
def test_a_partners_silence_is_flagged_after_two_working_days_and_told_upward():
    partner = make_partner()
    order = make_order(partner=partner, partner_reference="PO-1", customer=partner.customer)
    pass_review(order)
    person(Role.SALES_MANAGER)
    item = open_items(order).get(kind="partner_confirmation")
    known = calendar.current_calendar()
    assert item.due_at == add_working_days(known, item.opened_at, 2).at
    sweep(now=item.due_at + timedelta(days=10))
    reminders = WorkReminder.objects.filter(item=item)
    assert {"due", "escalation"} <= set(reminders.values_list("kind", flat=True))
    assert Notification.objects.filter(user=person(Role.SALES_MANAGER), subject_id=order.pk).exists()
    assert fresh(order).status == "reviewed"


@pytest.mark.req("R13.4", "R13.5")
def test_the_chinese_paper_carries_the_amount_in_capital_form():
    order = make_order("approved")
    document = Document.objects.get(kind="order_confirmation", subject_id=order.pk)
    assert "伍万元整" in text_of(document, "zh-hans").replace(" ", "")
    assert "伍万元整" not in text_of(document, "en")


@pytest.mark.req("R13.4")
def test_a_later_change_of_the_customer_does_not_change_the_paper():
    order = make_order("approved")
    document = Document.objects.get(kind="order_confirmation", subject_id=order.pk)
    name = order.customer.name
    order.customer.name = "另一家公司"
    order.customer.save()
    assert document.context["order"]["customer"] == name


@pytest.mark.req("R2.3")
def test_the_preliminary_review_form_lists_every_item_with_its_remark():
    order = make_order()
    findings = {"price": {"ok": False, "remark": "与报价不符"}}
    services.review_preliminarily(
        order=order, result=PreliminaryResult.NEEDS_INFORMATION, findings=findings, by=person(Role.INSIDE_SALES)
    )
    document = Document.objects.get(kind="preliminary_review", subject_id=order.pk)
    assert len(document.context["findings"]) == 7
    assert "与报价不符" in text_of(document, "zh-hans")


@pytest.mark.req("R3.10")
def test_a_partners_order_is_approved_only_when_the_partner_has_confirmed():
    partner = make_partner()
    order = make_order(partner=partner, partner_reference="PO-1", customer=partner.customer)
    managers = [person(role) for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR)]
    pass_review(order)
    services.decide_approval(order=order, approve=True, by=managers[0])
    assert fresh(order).status == "reviewed"
    services.confirm_by_partner(order=order, by=partner.user)
    assert fresh(order).status == "approved"


@pytest.mark.req("R3.10")
def test_a_partners_objection_opens_another_round():
    partner = make_partner()
    order = make_order(partner=partner, partner_reference="PO-1", customer=partner.customer)
    pass_review(order)
    services.object_by_partner(order=order, reason="单价", by=partner.user)
    assert fresh(order).status == "returned"
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    assert fresh(order).round == 2


@pytest.mark.req("R3.5")
def test_above_the_amount_the_director_is_asked_too():
    people = [person(role) for role in (Role.SALES_MANAGER, Role.SALES_DIRECTOR)]
    order = make_order(lines=[LineSpec(Decimal(11), Decimal(5000), product=make_product(stock=100))])
    pass_review(order)
    services.decide_approval(order=order, approve=True, by=people[0])
    assert fresh(order).status == "reviewed"
    services.decide_approval(order=order, approve=True, by=people[1])
    assert fresh(order).status == "approved"


@pytest.mark.req("R9.2")
def test_above_the_credit_limit_the_order_waits_for_a_special_approval():
    order = make_order(customer=make_customer(limit=10_000))
    services.review_preliminarily(order=order, result="passed", by=person(Role.INSIDE_SALES))
    give_opinions(order)
    with pytest.raises(DomainError) as refused:
        services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert [reason.code for reason in refused.value.reasons] == ["check_failed"]
    director = make_user(Role.SALES_DIRECTOR)
    services.grant_order_waiver(order=order, gate="credit", reason="老客户", by=director)
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    approve(order)
    assert fresh(order).status == "approved"
