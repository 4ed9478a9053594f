"""The follow-up progress table, the warning before a delay, and contingency plans (R4.10 to R4.12)."""

import csv
import io
from datetime import timedelta

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.documents import render
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document
from fulfillment import services
from fulfillment.models import ContingencyPlan, CustomerNotice, FollowUp
from tests.factories import client_of, make_order, make_product, make_user, person
from tests.fulfillment.factories import follow_up, make_contingency, make_shipment
from workflow import calendar
from workflow.choices import WorkKind
from workflow.models import Notification, WorkItem, WorkPolicy
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.10")]

CHINESE = "訂單編號,當前階段,負責人,計劃完成時間,實際完成時間,跟進記錄,存在問題,解決措施,下一步計劃"


def reminder(order):
    return open_items(order).filter(kind=WorkKind.FOLLOW_UP).first()


def test_from_the_start_of_production_on_the_salesperson_is_reminded_each_working_day():
    order = make_order("in_production")
    first = reminder(order)
    assert first.owner == order.salesperson and first.policy.amount == 1 and first.policy.basis == "working_days"
    assert first.url == "" and reverse("fulfillment:follow-up-new", args=[order.pk]) in str(
        client_of(Role.SALES).get(reverse("workflow:inbox")).content
    )
    follow_up(order)
    assert WorkItem.objects.get(pk=first.pk).outcome == "recorded"
    assert reminder(order).pk != first.pk


def test_the_reminder_comes_every_other_day_where_the_company_says_so():
    later = timezone.now() + timedelta(days=60)
    every_day = reminder(make_order("in_production")).due_at
    WorkPolicy.objects.filter(kind=WorkKind.FOLLOW_UP).update(amount=2)
    calendar.forget()
    order = make_order("in_production")
    assert every_day < reminder(order).due_at < later


def test_nobody_is_reminded_of_what_has_left():
    order = make_shipment().order
    assert reminder(order) is None
    follow_up(order, stage="acceptance")
    assert reminder(order) is None and FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("over", "fields"),
    [
        ({"record": " "}, {"record"}),
        ({"stage": "moon"}, {"stage"}),
        ({"actual_date": timezone.localdate() + timedelta(days=2)}, {"actual_date"}),
        ({"delay_risk": True, "plan_of_action": " ", "problem": ""}, {"problem", "plan_of_action"}),
    ],
)
def test_an_incomplete_record_is_refused_field_by_field(over, fields):
    order = make_order("in_production")
    before = reminder(order)
    with pytest.raises(DomainError) as refused:
        follow_up(order, **over)
    assert set(refused.value.fields) == fields
    assert not FollowUp.objects.exists() and reminder(order) == before


@pytest.mark.parametrize("status", ["draft", "received", "reviewed"])
def test_an_order_not_in_force_is_not_followed_up(status):
    with pytest.raises(Conflict):
        follow_up(make_order(status))
    assert not FollowUp.objects.exists()


@pytest.mark.req("R4.11")
def test_a_delay_risk_tells_the_sales_manager_at_once_and_has_the_customer_told():
    order, manager = make_order("in_production"), person(Role.SALES_MANAGER)
    day = timezone.localdate() + timedelta(days=20)
    follow_up(order, delay_risk=True, new_date=day)
    assert Notification.objects.filter(user=manager, text__contains="may be late").count() == 1
    notice = CustomerNotice.objects.get()
    assert (notice.reason, notice.text, notice.new_date) == ("delay", "电源模块缺货", day)
    assert open_items(order).get(kind=WorkKind.CUSTOMER_NOTICE).owner == order.salesperson


@pytest.mark.req("R4.11")
def test_a_risk_without_a_plan_of_action_stands_in_no_table():
    order = make_order("in_production")
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(
            order=order, stage="production", responsible=person(Role.SALES), record="x", delay_risk=True,
            by=person(Role.SALES), at=timezone.now(),
        )  # fmt: skip


@pytest.mark.req("R4.11")
def test_an_ordinary_record_alarms_nobody():
    follow_up(make_order("in_production"))
    assert not CustomerNotice.objects.exists()
    assert not Notification.objects.filter(text__contains="may be late").exists()


@pytest.mark.req("R4.12")
def test_a_contingency_plan_is_work_of_the_responsible_until_its_day():
    order = make_order("in_production")
    plan = make_contingency(order)
    item = open_items(order).get(kind=WorkKind.CONTINGENCY)
    assert item.owner == plan.responsible and timezone.localdate(item.due_at) == plan.due_date
    with pytest.raises(NotPermitted):
        services.end_contingency(plan=plan, outcome="完成", by=person(Role.QUALITY))
    with pytest.raises(DomainError):
        services.end_contingency(plan=plan, outcome=" ", by=person(Role.PRODUCTION))
    assert ContingencyPlan.objects.get().is_open
    services.end_contingency(plan=plan, outcome="已转厂", by=person(Role.PRODUCTION))
    assert not open_items(order).filter(kind=WorkKind.CONTINGENCY).exists()
    with pytest.raises(Conflict):
        services.end_contingency(plan=plan, outcome="又一次", by=person(Role.PRODUCTION))
    assert ContingencyPlan.objects.get().outcome == "已转厂"


@pytest.mark.req("R4.12")
def test_a_plan_names_measures_and_a_day_to_come():
    order = make_order("in_production")
    with pytest.raises(DomainError) as refused:
        make_contingency(order, measures="", cause="luck", due_date=timezone.localdate() - timedelta(days=1))
    assert set(refused.value.fields) == {"measures", "cause", "due_date"}
    assert not ContingencyPlan.objects.exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_order_table_2_has_exactly_its_columns(language):
    order = make_order("in_production")
    follow_up(order, planned_date=timezone.localdate(), next_step="安排发货")
    reader = Client()
    reader.force_login(make_user(Role.ORDER_CENTER, language=language))
    answer = reader.get(reverse("fulfillment:follow-up-export", args=["csv"]))
    head, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert len(head) == len(row) == 9
    assert (",".join(head) == CHINESE) == (language == "zh-hans")
    assert (row[0], row[5], row[8]) == (order.number, "已完成装配", "安排发货")


def test_the_list_shows_where_each_order_stands_to_who_may_see_it():
    order = make_order("in_production")
    follow_up(order, record="备料")
    follow_up(order, record="装配中")
    page = client_of(Role.PRODUCTION).get(reverse("fulfillment:follow-up-list") + "?newest=true").content.decode()
    assert "装配中" in page and "备料" not in page
    stranger = Client()
    stranger.force_login(make_user(Role.SALES))
    assert "装配中" not in stranger.get(reverse("fulfillment:follow-up-list")).content.decode()


def test_from_the_inbox_to_the_record_in_the_browser():
    order, seller = make_order("in_production"), client_of(Role.SALES)
    address = reverse("fulfillment:follow-up-new", args=[order.pk])
    assert seller.get(address).status_code == 200
    given = {"stage": "production", "responsible": person(Role.PRODUCTION).pk, "record": "完成 80%"}
    assert seller.post(address, given).status_code == 302
    shown = seller.get(order.get_absolute_url()).content.decode()
    assert "完成 80%" in shown


@pytest.mark.req("R13.4")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_progress_table_is_a_paper(language):
    order = make_order("in_production")
    with pytest.raises(DomainError):
        services.issue_progress_table(order=order, by=person(Role.SALES))
    assert not Document.objects.filter(kind="progress_table").exists()
    follow_up(order, delay_risk=True)
    paper = services.issue_progress_table(order=order, by=person(Role.SALES))
    text = "".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(render(paper, language)))
    for words in (str(order.number), "已完成装配", "电源模块缺货", "向第二供应商采购"):
        assert words in text.replace("\r\n", "").replace("\n", "")


def test_the_pages_cost_the_same_with_many_records(django_assert_max_num_queries):
    product = make_product(stock=1000)
    orders = [make_order("in_production", product=product) for _ in range(3)]
    reader = client_of(Role.ORDER_CENTER)
    for order in orders[:1]:
        follow_up(order)
    with django_assert_max_num_queries(14):
        reader.get(reverse("fulfillment:follow-up-list"))
    for order in orders * 3:
        follow_up(order)
    with django_assert_max_num_queries(14):
        reader.get(reverse("fulfillment:follow-up-list"))
