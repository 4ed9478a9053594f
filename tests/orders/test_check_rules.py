"""What a failed check does is a rule in the database: shown, waived by name, or the end (R3.2, R3.4, R14.13)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from orders import services
from orders.choices import CheckCode, Severity
from orders.guards import refusals
from orders.models import CheckPolicy, Order
from orders.specs import LineSpec
from tests.factories import fresh, give_opinions, make_order, make_product, pass_preliminary, person
from workflow.models import Waiver

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.2")]


def rule(code: str) -> CheckPolicy:
    return CheckPolicy.objects.get(code=code, is_current=True)


def change(code: str, severity: str, **limits: Any) -> CheckPolicy:
    return services.change_check_policy(
        policy=rule(code), severity=severity, limits=limits, by=person(Role.ADMIN), note="试行"
    )


def cheap() -> Order:
    """Reviewed by everybody, below the floor price."""
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(3999), product=make_product(stock=100))])
    pass_preliminary(order)
    give_opinions(order)
    return fresh(order)


def codes(order: Order) -> list[str]:
    return [reason.code for reason in refusals(order, "review")]


def test_a_failure_that_is_only_shown_does_not_stop_the_review():
    change(CheckCode.PRICE_FLOOR, Severity.INFORM)
    order = cheap()
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert fresh(order).status == "reviewed" and not Waiver.objects.exists()


@pytest.mark.req("R3.4")
def test_a_failure_that_needs_a_special_approval_passes_with_one():
    order = cheap()
    assert codes(order) == ["check_failed"]
    services.grant_order_waiver(
        order=order, gate=CheckCode.PRICE_FLOOR, reason="老客户", by=person(Role.SALES_DIRECTOR)
    )
    services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert Waiver.objects.get().status == "used"


@pytest.mark.req("R3.4")
def test_what_is_forbidden_is_not_waived_by_anybody_and_an_older_waiver_does_not_help():
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(3999), product=make_product(stock=100))])
    grant: dict[str, Any] = {"order": order, "gate": CheckCode.PRICE_FLOOR, "reason": "老客户"}
    services.grant_order_waiver(**grant, by=person(Role.SALES_DIRECTOR))
    change(CheckCode.PRICE_FLOOR, Severity.FORBID)
    pass_preliminary(order)
    give_opinions(order)
    assert codes(fresh(order)) == ["check_forbidden"]
    with pytest.raises(DomainError, match="forbidden"):
        services.grant_order_waiver(**grant, by=person(Role.GENERAL_MANAGER))
    with pytest.raises(DomainError, match="blocked"):
        services.review_order(order=order, by=person(Role.ORDER_CENTER))
    assert Waiver.objects.count() == 1 and fresh(order).status == "received"


def test_a_review_under_way_keeps_the_rule_it_was_opened_under():
    order = cheap()
    change(CheckCode.PRICE_FLOOR, Severity.FORBID)
    assert codes(order) == ["check_failed"]
    services.return_to_sales(order=order, reason="改价", by=person(Role.ORDER_CENTER))
    services.receive_order(order=fresh(order), by=person(Role.SALES))
    check = fresh(order).rounds.get(number=2).checks.get(code=CheckCode.PRICE_FLOOR)
    assert (check.severity, check.policy.version) == (Severity.FORBID, 2)


@pytest.mark.req("R14.13")
def test_a_change_is_the_next_version_in_the_trail_and_no_change_is_none():
    changed = change(CheckCode.MARGIN, Severity.FORBID, min_percent=Decimal("12.5"))
    assert (changed.version, changed.limits) == (2, {"min_percent": "12.5"})
    assert change(CheckCode.MARGIN, Severity.FORBID, min_percent=Decimal("12.50")).pk == changed.pk
    entry = AuditEntry.objects.get(action="check_policy.changed")
    assert entry.changes == {"severity": ["waiver", "forbid"], "min_percent": ["5", "12.5"]} and entry.note == "试行"


@pytest.mark.parametrize(
    ("limits", "field"),
    [({"min_percent": 101}, "min_percent"), ({}, "min_percent"), ({"min_percent": 5, "more": 1}, "more")],
)
def test_figures_no_check_can_run_on_are_refused_by_field(limits, field):
    with pytest.raises(DomainError) as refused:
        change(CheckCode.MARGIN, Severity.WAIVER, **limits)
    assert set(refused.value.fields) == {field} and rule(CheckCode.MARGIN).version == 1


def test_two_administrators_do_not_overwrite_each_other():
    read = rule(CheckCode.MARGIN)
    change(CheckCode.MARGIN, Severity.FORBID, min_percent=7)
    with pytest.raises(Conflict, match="policy_changed"):
        services.change_check_policy(
            policy=read, severity="inform", limits={"min_percent": Decimal(1)}, by=person(Role.ADMIN)
        )
    assert rule(CheckCode.MARGIN).limits == {"min_percent": "7"}


def test_only_an_administrator_changes_a_rule():
    with pytest.raises(NotPermitted):
        services.change_check_policy(
            policy=rule(CheckCode.MARGIN), severity="inform", limits={}, by=person(Role.GENERAL_MANAGER)
        )


@pytest.mark.req("R14.13")
def test_the_rule_is_changed_in_the_browser_and_its_history_is_shown():
    client = Client()
    client.force_login(person(Role.ADMIN))
    url = f"/orders/settings/checks/{CheckCode.DUPLICATE}/"
    data = {"severity": "waiver", "window_days": "14", "note": "两周", "version": "1"}
    assert client.post(url, data).status_code == 302
    assert rule(CheckCode.DUPLICATE).days("window_days") == 14
    page = client.get(url).content.decode()
    assert "两周" in page and client.post(url, {**data, "window_days": "3"}).status_code == 409
    assert "needs a special approval" in client.get("/orders/settings/checks/").content.decode()


@pytest.mark.req("R13.7")
@pytest.mark.parametrize(("role", "sees"), [(Role.FINANCE, True), (Role.PRODUCTION, False), (Role.SALES, False)])
def test_the_margin_is_read_by_those_who_judge_prices(role, sees):
    order = make_order(product=make_product(stock=100, cost_price=4900))
    pass_preliminary(order)
    client = Client()
    client.force_login(person(role))
    for page in ("", "review/"):
        assert ("2 %" in client.get(f"/orders/{order.pk}/{page}").content.decode()) is sees
