"""Work goes to departments and persons by family and region (R4.1)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from catalog.models import ProductFamily
from core.errors import DomainError, NotPermitted
from orders import services
from orders.assignment import assignee_of
from orders.models import AssignmentRule, Order
from orders.specs import LineSpec
from tests.factories import client_of, fresh, make_customer, make_order, make_product, make_user, person
from workflow.choices import WorkKind
from workflow.services import open_items

DAY = timezone.localdate() + timedelta(days=7)
pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.1")]


def rule(**over):
    values = {"kind": "production_reply", "role": Role.PRODUCTION, "by": person(Role.ADMIN), **over}
    return services.save_assignment_rule(**values)


def family(code):
    return ProductFamily.objects.get_or_create(code=code, defaults={"name": code})[0]


def order_of(*families: str, region: str = "") -> Order:
    """Approved, with a line of each family."""
    lines = tuple(LineSpec(Decimal(2), Decimal(5000), product=make_product(family=family(code))) for code in families)
    customer = make_customer(region=region)
    return make_order("approved", customer=customer, lines=lines)


def asked(order):
    rows = open_items(order).filter(kind=WorkKind.PRODUCTION_REPLY)
    return sorted((item.owner_role, item.owner_id) for item in rows)


def test_without_a_rule_the_usual_department_is_asked_once():
    assert asked(order_of("pump", "valve")) == [(Role.PRODUCTION, None)]


def test_each_department_is_asked_about_its_families():
    buyer = make_user(Role.PURCHASING)
    rule(family=family("valve"), role=Role.PURCHASING, person=buyer, requirement="铸件先行")
    order = order_of("pump", "valve", "valve")
    assert asked(order) == [(Role.PRODUCTION, None), (Role.PURCHASING, buyer.pk)]
    assert open_items(order).get(owner=buyer).name == "铸件先行"


def test_the_first_rule_that_fits_decides_and_the_region_counts():
    east, anywhere = make_user(Role.PRODUCTION), make_user(Role.PRODUCTION)
    rule(region="华东", person=east, position=1)
    rule(person=anywhere, position=2)
    assert asked(order_of("pump", region="华东")) == [(Role.PRODUCTION, east.pk)]
    assert asked(order_of("pump", region="西南")) == [(Role.PRODUCTION, anywhere.pk)]


def test_whoever_left_the_house_gets_nothing():
    gone = make_user(Role.PRODUCTION)
    rule(person=gone)
    gone.is_active = False
    gone.save()
    assert asked(order_of("pump")) == [(Role.PRODUCTION, None)]


def test_the_clock_of_each_stops_when_its_own_lines_are_answered():
    rule(family=family("valve"), role=Role.PURCHASING)
    order = order_of("pump", "valve")
    pump, valve = order.lines.all()
    services.record_promise(order=order, dates={valve.pk: DAY}, by=person(Role.PURCHASING))
    assert asked(order) == [(Role.PRODUCTION, None)]
    assert fresh(order).production_replied_at is None
    services.record_promise(order=order, dates={pump.pk: DAY}, by=person(Role.PRODUCTION))
    assert asked(order) == [] and fresh(order).production_replied_at


def test_other_work_of_the_order_follows_its_own_rules():
    inspector = make_user(Role.QUALITY)
    rule(kind="final_inspection", role=Role.QUALITY, person=inspector, family=family("pump"))
    order = order_of("valve", "pump")
    assert assignee_of(order, "final_inspection").person == inspector
    assert assignee_of(order, "dispatch").role == Role.WAREHOUSE


def test_a_rule_that_says_what_is_usual_is_a_rule_nevertheless():
    inspector = make_user(Role.QUALITY)
    rule(kind="final_inspection", role=Role.QUALITY, family=family("valve"))
    rule(kind="final_inspection", role=Role.QUALITY, person=inspector, family=family("pump"))
    assert assignee_of(order_of("valve", "pump"), "final_inspection").person is None
    assert assignee_of(order_of("pump", "valve"), "final_inspection").person == inspector


@pytest.mark.parametrize(
    "over", [{"role": Role.FINANCE}, {"kind": "visit"}, {"role": Role.WAREHOUSE, "person": "a seller"}]
)
def test_a_rule_nobody_could_follow_is_refused(over):
    if "person" in over:
        over["person"] = make_user(Role.SALES)
    with pytest.raises(DomainError):
        rule(**over)
    assert not AssignmentRule.objects.exists()


def test_only_who_orders_the_house_writes_rules():
    with pytest.raises(NotPermitted):
        rule(by=person(Role.PRODUCTION))
    assert not AssignmentRule.objects.exists()


@pytest.mark.req("R14.13")
def test_the_form_shows_what_the_rule_would_have_done():
    order_of("pump", "valve", region="华东")
    boss = client_of(Role.ADMIN)
    address = reverse("orders:assignment-preview-new")
    typed = {
        "kind": "production_reply",
        "role": "warehouse",
        "family": family("valve").pk,
        "position": 1,
        "is_active": 1,
    }
    shown = boss.get(address, typed).content.decode()
    cells = re.findall(r"<td[^>]*>(?:<strong>)?(\d+)", shown)
    assert cells == ["2", "1", "0", "1"]  # production keeps the pump, the warehouse gets the valve
    page = boss.get(reverse("orders:assignment-new")).content.decode()
    assert "What this would have done" in page


def test_a_rule_is_written_and_changed_in_the_browser():
    boss = client_of(Role.ORDER_CENTER)
    data = {"kind": "dispatch", "role": "logistics", "region": "华南", "position": 3, "is_active": "on"}
    assert boss.post(reverse("orders:assignment-new"), data).status_code == 302
    made = AssignmentRule.objects.get()
    assert boss.post(reverse("orders:assignment-edit", args=[made.pk]), {**data, "region": "华北"}).status_code == 302
    made.refresh_from_db()
    assert (made.region, made.role) == ("华北", "logistics")
    assert "华北" in boss.get(reverse("orders:assignment-list")).content.decode()


def test_the_load_of_each_person_is_visible_and_leads_to_the_work(django_assert_max_num_queries):
    maker = make_user(Role.PRODUCTION, display_name="赵师傅")
    rule(person=maker)
    order_of("pump")
    boss = client_of(Role.GENERAL_MANAGER)
    with django_assert_max_num_queries(12):
        shown = boss.get(reverse("workflow:load")).content.decode()
    assert "赵师傅" in shown and f"person={maker.pk}" in shown
    theirs = boss.get(reverse("workflow:inbox"), {"whose": "team", "person": str(maker.pk)})
    assert [line.item.owner for group in theirs.context["groups"] for line in group.lines] == [maker]
    seller = client_of(Role.SALES).get(reverse("workflow:load")).content.decode()
    assert "赵师傅" not in seller
