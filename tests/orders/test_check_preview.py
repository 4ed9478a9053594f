"""Another rule of a check is tried on the orders of the last months before it is in force (R14.13)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from core.errors import DomainError, NotPermitted
from orders import services
from orders.choices import CheckCode, Severity
from orders.models import CheckPolicy, Order, ReviewRound
from orders.specs import LineSpec
from tests.factories import make_order, make_product, make_user, pass_preliminary, person
from workflow import previews
from workflow.models import Preview
from workflow.services import rules as ladder
from workflow.tasks import work_out_preview

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.13")]
URL = f"/orders/settings/checks/{CheckCode.PRICE_FLOOR}/"


def submitted(price: int = 5000) -> Order:
    order = make_order(lines=[LineSpec(Decimal(1), Decimal(price), product=make_product(stock=100, cost_price=4500))])
    pass_preliminary(order)
    return order


def ask(code: str = CheckCode.PRICE_FLOOR, severity: str = Severity.FORBID, months: int = 3, **limits: Any) -> Preview:
    policy = CheckPolicy.objects.get(code=code, is_current=True)
    return services.preview_check_policy(
        policy=policy, severity=severity, limits=limits, months=months, by=person(Role.ADMIN)
    )


def changed(preview: Preview) -> list[tuple[str, str, str]]:
    return [(row["label"], row["was"], row["would"]) for row in preview.effect["rows"]]


def admin() -> Client:
    client = Client()
    client.force_login(person(Role.ADMIN))
    return client


@pytest.fixture
def by_a_worker(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Nothing is worked out in the request; the keys handed to the workers."""
    handed: list[int] = []
    monkeypatch.setattr(previews, "AT_ONCE", 0)
    monkeypatch.setattr(previews, "_publish", handed.append)
    return handed


def test_another_severity_names_the_orders_of_which_something_else_becomes():
    submitted()
    cheap = submitted(3900)
    preview = ask()
    assert (preview.status, preview.effect["orders"], preview.effect["changed"]) == ("done", 2, 1)
    assert changed(preview) == [(str(cheap), "waiver", "forbid")]
    assert preview.effect["fates"] == [["forbid", 0, 1], ["passed", 1, 1], ["waiver", 1, 0]]
    assert CheckPolicy.objects.get(code=CheckCode.PRICE_FLOOR).version == 1


def test_another_figure_is_compared_with_again():
    """A margin of 10 % passes under 5 % and fails under 12 %."""
    order = submitted()
    preview = ask(CheckCode.MARGIN, Severity.WAIVER, min_percent=Decimal(12))
    assert changed(preview) == [(str(order), "passed", "waiver")]
    assert ask(CheckCode.MARGIN, Severity.WAIVER, min_percent=Decimal(10)).effect["changed"] == 0


def test_of_an_order_that_came_twice_the_last_round_counts_and_older_months_do_not():
    order, old = submitted(3900), submitted(3900)
    services.return_to_sales(order=order, reason="改价", by=person(Role.ORDER_CENTER))
    services.receive_order(order=order, by=person(Role.SALES))
    ReviewRound.objects.filter(order=old).update(opened_at=timezone.now() - timedelta(days=45))
    assert ask(months=1).effect["orders"] == 1
    assert ask(months=3).effect["orders"] == 2


def test_what_cannot_be_put_in_force_cannot_be_tried_either():
    with pytest.raises(DomainError) as refused:
        ask(CheckCode.MARGIN, "perhaps", min_percent=Decimal(400))
    assert set(refused.value.fields) == {"min_percent", "severity"}
    with pytest.raises(DomainError, match="months"):
        ask(months=13)
    assert not Preview.objects.exists()


@pytest.mark.req("R13.7")
def test_only_administrators_try_rules_and_see_how_far_it_is():
    policy = CheckPolicy.objects.get(code=CheckCode.MARGIN)
    with pytest.raises(NotPermitted):
        services.preview_check_policy(
            policy=policy, severity="inform", limits={}, months=3, by=person(Role.GENERAL_MANAGER)
        )
    client = Client()
    client.force_login(make_user(Role.GENERAL_MANAGER))
    assert client.get(f"/settings/previews/{ask().pk}/").status_code == 403


def test_in_the_browser_the_effect_is_shown_with_the_values_kept_and_then_put_in_force():
    cheap, client = submitted(3900), admin()
    response = client.post(URL, {"severity": "forbid", "months": "6", "version": "1", "preview": "1"})
    page = client.get(response["Location"].split("#")[0])
    body = page.content.decode()
    assert f'href="/orders/{cheap.pk}/"' in body and "stops the order" in body
    assert (page.context["form"]["severity"].value(), page.context["form"]["months"].value()) == ("forbid", 6)
    assert client.post(URL, {"severity": "forbid", "version": "1", "note": "更严"}).status_code == 302
    assert CheckPolicy.objects.get(code=CheckCode.PRICE_FLOOR, is_current=True).severity == "forbid"


def test_a_preview_of_another_check_is_not_shown_here():
    preview = ask(CheckCode.MARGIN, Severity.WAIVER, min_percent=Decimal(12))
    assert admin().get(f"{URL}?preview={preview.pk}").context["preview"] is None
    assert admin().get(f"{URL}?preview=x").status_code == 200


def test_where_there_are_many_a_worker_does_it_and_the_page_shows_how_far_it_is(
    by_a_worker, django_capture_on_commit_callbacks
):
    cheap, client = submitted(3900), admin()
    with django_capture_on_commit_callbacks(execute=True):
        url = client.post(URL, {"severity": "forbid", "months": "3", "version": "1", "preview": "1"})["Location"]
    preview = Preview.objects.get()
    assert (by_a_worker, preview.status) == ([preview.pk], "running")
    progress = f"/settings/previews/{preview.pk}/"
    assert progress in client.get(url).content.decode() and "0 of 1" in client.get(progress).content.decode()
    work_out_preview(preview.pk)
    assert client.get(progress).headers["HX-Refresh"] == "true"
    assert str(cheap) in client.get(url).content.decode()


def test_a_task_handed_out_twice_changes_nothing_more(by_a_worker):
    submitted(3900)
    preview = ask()
    work_out_preview(preview.pk)
    submitted(3900)
    work_out_preview(preview.pk)
    assert Preview.objects.get().effect["orders"] == 1


def test_silence_and_failure_are_said(by_a_worker, monkeypatch):
    submitted()
    preview, client = ask(), admin()
    Preview.objects.update(heartbeat=timezone.now() - timedelta(minutes=3))
    assert "No worker gives a sign of life" in client.get(f"/settings/previews/{preview.pk}/").content.decode()
    monkeypatch.setattr("orders.check_effect._fate", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work_out_preview(preview.pk)
    assert "could not be worked out" in client.get(f"{URL}?preview={preview.pk}").content.decode()


def test_each_further_order_costs_its_own_look_and_nothing_more(by_a_worker):
    def cost() -> int:
        preview = ask()
        with CaptureQueriesContext(connection) as queries:
            work_out_preview(preview.pk)
        return len(queries)

    submitted(3900)
    few = cost()
    for _ in range(9):
        submitted(3900)
    assert cost() <= few + 9  # its lines


@pytest.mark.req("R3.5")
def test_the_preview_of_the_ladder_is_worked_out_by_a_worker_too(by_a_worker, django_capture_on_commit_callbacks):
    order = submitted()
    make_order("reviewed", customer=order.customer)
    boss = person(Role.ADMIN)
    proposal = ladder.propose_rules(kind="order", by=boss)
    with django_capture_on_commit_callbacks(execute=True):
        ladder.preview_rules(proposal=proposal, months=3, by=boss)
    with pytest.raises(DomainError, match="not_previewed"):
        ladder.put_rules_in_force(proposal=proposal, note="x", by=boss)
    assert "/settings/previews/" in admin().get("/settings/approvals/order/proposal/").content.decode()
    work_out_preview(by_a_worker[0])
    proposal.refresh_from_db()
    assert proposal.previewed_edit == proposal.edits and proposal.effect["cases"] == 1


@pytest.mark.req("R3.5")
def test_what_was_written_while_the_worker_looked_is_not_previewed(by_a_worker, monkeypatch):
    make_order("reviewed")
    boss = person(Role.ADMIN)
    proposal = ladder.propose_rules(kind="order", by=boss)
    ladder.preview_rules(proposal=proposal, months=3, by=boss)
    looked = previews._KINDS["ladder"]

    def slow(preview: Preview, beat: Any) -> Any:
        monkeypatch.setattr("workflow.rule_effect.effect_of", lambda *_a, **_k: writes())
        return looked.work(preview, beat)

    def writes() -> dict[str, Any]:
        ladder.remove_rule(proposal=proposal, code="order-large", by=boss)
        return {}

    monkeypatch.setitem(previews._KINDS, "ladder", previews.Kind(looked.count, slow))
    work_out_preview(Preview.objects.get().pk)
    proposal.refresh_from_db()
    assert (proposal.edits, proposal.previewed_edit) == (1, None)
