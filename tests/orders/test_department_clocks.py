"""Each department of the joint review has a time limit of its own (R3.1), versioned like every clock (R14.13)."""

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.choices import Role
from core.formats import moment
from orders import services
from orders.choices import Department
from orders.models import Order
from tests.factories import fresh, make_order, person
from workflow import calendar
from workflow.choices import WorkKind
from workflow.models import WorkItem, WorkPolicy
from workflow.services.policies import change_policy

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.1")]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _clocks_read_again() -> Iterator[None]:
    yield
    calendar.forget()


def clock(department: str) -> WorkPolicy:
    return WorkPolicy.objects.get(kind=WorkKind.REVIEW, part=department, is_current=True)


def limit(department: str, minutes: int) -> WorkPolicy:
    policy = clock(department)
    values: dict[str, Any] = {name: getattr(policy, name) for name in ("basis", "warn_at", "escalation")}
    return change_policy(policy, **values, amount=minutes, by=person(Role.ADMIN), note="工程部事情多")


def in_review() -> Order:
    """Received on Monday at nine and handed to the departments at once."""
    order = make_order()
    services.review_preliminarily(order=order, result="passed", by=person(Role.INSIDE_SALES), now=MONDAY)
    return fresh(order)


def item(order: Order, department: str) -> WorkItem:
    return WorkItem.objects.get(kind=WorkKind.REVIEW, subject_id=order.pk, key=department)


def hour(order: Order, department: str) -> str:
    return f"{item(order, department).due_at.astimezone(MONDAY.tzinfo):%a %H:%M}"


def admin() -> Client:
    client = Client()
    client.force_login(person(Role.ADMIN))
    return client


def test_every_department_has_a_clock_and_the_review_as_a_whole_none():
    parts = WorkPolicy.objects.filter(kind=WorkKind.REVIEW, is_current=True).values_list("part", flat=True)
    assert set(parts) == set(Department.values)


def test_two_departments_are_due_at_their_own_times():
    limit(Department.FINANCE, 2 * 60)
    limit(Department.ENGINEERING, 12 * 60)
    order = in_review()
    assert (hour(order, Department.FINANCE), hour(order, Department.ENGINEERING)) == ("Mon 11:00", "Tue 14:00")


def test_the_sheet_shows_each_departments_due_time_also_after_its_word():
    limit(Department.FINANCE, 2 * 60)
    order = in_review()
    services.give_opinion(order=order, department="finance", result="favorable", by=person(Role.FINANCE), now=MONDAY)
    client = Client()
    client.force_login(person(Role.ORDER_CENTER))
    page = client.get(f"/orders/{order.pk}/review/").content.decode()
    for department in Department.values:
        assert moment(item(order, department).due_at) in page
    assert "done in time" in page


@pytest.mark.req("R14.13")
def test_a_departments_new_limit_is_its_next_version_and_leaves_the_others_and_what_runs():
    order = in_review()
    limit(Department.FINANCE, 60)
    assert (clock(Department.FINANCE).version, clock(Department.WAREHOUSE).version) == (2, 1)
    assert item(order, Department.FINANCE).policy.version == 1
    assert hour(order, Department.FINANCE) == "Mon 18:00"


@pytest.mark.req("R14.13")
def test_the_limit_is_set_in_the_browser_with_its_effect_shown_before():
    url = "/settings/clocks/review/finance/"
    data = {"amount": "3", "basis": "working_hours", "warn_1": "75", "note": "月底", "version": "1"}
    client = admin()
    assert url in client.get("/settings/clocks/").content.decode()
    assert "Started now" in client.post(url, {**data, "preview": "1"}).content.decode()
    assert clock(Department.FINANCE).version == 1
    assert client.post(url, data).status_code == 302
    assert clock(Department.FINANCE).amount == 180
    assert client.post(url, {**data, "amount": "5"}).status_code == 409
    assert "月底" in client.get(url).content.decode()


@pytest.mark.parametrize("address", ["review/", "review/marketing/", "visit/finance/"])
def test_a_clock_that_is_not_there_has_no_page(address):
    assert admin().get(f"/settings/clocks/{address}").status_code == 404


def test_due_explains_the_clock_of_a_department(capsys):
    call_command("due", "review", "2026-03-02T09:00", part="warehouse")
    assert "review warehouse v1: 240 minutes" in capsys.readouterr().out
    with pytest.raises(CommandError, match="finance"):
        call_command("due", "review", "2026-03-02T09:00")


def test_a_company_that_shared_one_limit_keeps_it_for_every_department():
    order = in_review()
    WorkItem.objects.all().delete()
    WorkPolicy.objects.filter(kind=WorkKind.REVIEW).delete()
    shared = WorkPolicy.objects.create(kind=WorkKind.REVIEW, version=3, basis="working_days", amount=5)
    running = WorkItem.objects.create(
        kind=WorkKind.REVIEW, key="finance", subject_type="orders.order", subject_id=order.pk, policy=shared,
        opened_at=MONDAY, opened_by=person(Role.SALES), due_at=MONDAY, owner_role=Role.FINANCE,
    )  # fmt: skip
    migration = import_module("workflow.migrations.0011_clock_of_each_department")
    migration.divide(apps, SimpleNamespace(connection=connection))
    current = WorkPolicy.objects.filter(kind=WorkKind.REVIEW, is_current=True)
    assert set(current.values_list("part", "basis", "amount")) == {(d, "working_days", 5) for d in Department.values}
    assert WorkItem.objects.get(pk=running.pk).policy == shared
    migration.unite(apps, SimpleNamespace(connection=connection))
    assert WorkPolicy.objects.get(kind=WorkKind.REVIEW) == shared
