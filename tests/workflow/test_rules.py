"""The ladder is changed as a proposal: written, previewed, put in force as a version (R14.13)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from tests.access.html_forms import forms_of
from tests.workflow.factories import at_once, make_case, make_person, make_subject, only_rules
from workflow.models import ApprovalRule, RuleSet
from workflow.services import preview_steps
from workflow.services.rules import (
    discard_rules,
    preview_rules,
    proposal_of,
    propose_rules,
    put_rules_in_force,
    remove_rule,
    write_rule,
)

pytestmark = [pytest.mark.req("R14.13", "R3.5"), pytest.mark.django_db]

HOME = "/settings/approvals/order/proposal/"


@pytest.fixture
def admin(db):
    return make_person("admin", display_name="许诺")


def limit(value: int) -> dict:
    return {"fact": "amount", "op": "gt", "value": str(value), "currency": "CNY"}


def propose(admin) -> RuleSet:
    return propose_rules(kind="order", by=admin)


def change_limit(admin, value: int) -> RuleSet:
    values = {"position": 2, "role": "sales_director", "conditions": [limit(value)]}
    return write_rule(proposal=propose(admin), code="order-large", values=values, by=admin)


def put(admin, proposal: RuleSet | None) -> RuleSet:
    assert proposal is not None
    preview_rules(proposal=proposal, months=3, by=admin)
    return put_rules_in_force(proposal=proposal, note="年中调整", by=admin)


def test_nothing_changes_until_it_is_put_in_force(admin):
    change_limit(admin, 80_000)
    assert ApprovalRule.objects.get(code="order-large").conditions == [limit(50_000)]
    put(admin, proposal_of("order"))
    assert ApprovalRule.objects.get(code="order-large").conditions == [limit(80_000)]


def test_it_cannot_be_put_in_force_before_its_effect_was_looked_at(admin):
    proposal = change_limit(admin, 80_000)
    with pytest.raises(DomainError) as refused:
        put_rules_in_force(proposal=proposal, note="x", by=admin)
    assert refused.value.code == "not_previewed"
    preview_rules(proposal=proposal, months=1, by=admin)
    change_limit(admin, 90_000)  # another proposal than the one looked at
    with pytest.raises(DomainError):
        put_rules_in_force(proposal=proposal, note="x", by=admin)
    assert not RuleSet.objects.filter(status="in_force").exists()


def test_every_version_is_kept_with_who_when_and_why(admin):
    put(admin, change_limit(admin, 80_000))
    second = put(admin, change_limit(admin, 90_000))
    found = list(RuleSet.objects.filter(version__isnull=False).order_by("version").values_list("version", "status"))
    assert found == [(1, "former"), (2, "former"), (3, "in_force")]
    assert (second.settled_by, second.note) == (admin, "年中调整")
    entry = AuditEntry.objects.filter(action="rules.put_in_force").latest("pk")
    assert entry.changes["order-large"][1]["conditions"][0]["value"] == "90000"


def test_a_version_needs_a_reason(admin):
    proposal = change_limit(admin, 80_000)
    preview_rules(proposal=proposal, months=1, by=admin)
    with pytest.raises(DomainError):
        put_rules_in_force(proposal=proposal, note=" ", by=admin)


def test_two_who_edit_the_same_state_the_second_is_told(admin):
    proposal = propose(admin)
    write_rule(proposal=proposal, values={"role": "finance"}, by=admin, edit=0)
    with pytest.raises(Conflict):
        write_rule(proposal=proposal, values={"role": "quality"}, by=make_person("admin"), edit=0)
    assert [rule["role"] for rule in proposal_of("order").rules].count("quality") == 0


def test_who_takes_a_rule_out_of_a_state_they_have_not_seen_is_told(admin, client):
    client.post("/settings/approvals/order/propose/")
    url = f"{HOME}rules/order-large/remove/"
    data = form_with(client, url, "edit")
    change_limit(admin, 80_000)
    assert client.post(url, data).status_code == 409
    assert "order-large" in {rule["code"] for rule in proposal_of("order").rules}
    assert client.post(url, form_with(client, url, "edit")).status_code == 302
    assert "order-large" not in {rule["code"] for rule in proposal_of("order").rules}


@pytest.mark.parametrize("act", [remove_rule, write_rule])
def test_a_rule_the_proposal_does_not_have_is_neither_changed_nor_taken_out(admin, act):
    values = {"values": {"role": "finance"}} if act is write_rule else {}
    with pytest.raises(Conflict, match="no_such_rule"):
        act(proposal=propose(admin), code="order-gone", by=admin, **values)
    assert proposal_of("order").edits == 0


@pytest.mark.django_db(transaction=True)
def test_there_is_one_proposal_at_a_time():
    people = [make_person("admin") for _number in range(4)]
    found = at_once(4, lambda i: propose_rules(kind="order", by=people[i]))
    assert RuleSet.objects.filter(status="proposed").count() == 1
    assert all(isinstance(result, RuleSet | Conflict) for result in found)


@pytest.mark.parametrize(
    "condition",
    [
        {"fact": "amount", "op": "gt", "value": "viel"},
        {"fact": "amount", "op": "in", "value": ["1"]},
        {"fact": "nonsense", "op": "gt", "value": "1"},
        {"fact": "credit_grade", "op": "in", "value": []},
        {"fact": "customer_sum", "op": "gt", "value": "1", "currency": "CNY"},
        {"fact": "special_terms", "op": "is", "value": "ja"},
        {"fact": "amount", "op": "gt", "value": "1"},
        {"fact": "amount", "op": "gt", "value": "NaN", "currency": "CNY"},
        {"fact": "customer_sum", "op": "gt", "value": "1", "days": 3},
    ],
)
def test_a_condition_that_cannot_be_asked_is_refused_at_its_place(admin, condition):
    with pytest.raises(DomainError) as refused:
        write_rule(proposal=propose(admin), values={"role": "finance", "conditions": [condition]}, by=admin)
    assert "c0-value" in refused.value.fields
    assert proposal_of("order").edits == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": ""}, "role"),
        ({"role": "partner"}, "role"),
        ({"asks": "person"}, "person"),
        ({"asks": "x"}, "asks"),
        ({"asks": "person", "person": 10**6}, "person"),
    ],
)
def test_a_rule_that_asks_nobody_is_refused(admin, values, field):
    with pytest.raises(DomainError) as refused:
        write_rule(proposal=propose(admin), values=values, by=admin)
    assert field in refused.value.fields


def test_a_rule_taken_out_is_not_put_back_by_the_next_migrate(admin):
    from workflow.defaults import fill_defaults

    put(admin, remove_rule(proposal=propose(admin), code="order-special-terms", by=admin))
    fill_defaults()
    assert not ApprovalRule.objects.filter(code="order-special-terms").exists()


def test_a_proposal_given_up_leaves_the_rules(admin):
    discard_rules(proposal=change_limit(admin, 80_000), by=admin)
    assert proposal_of("order") is None
    assert ApprovalRule.objects.get(code="order-large").conditions == [limit(50_000)]


def test_only_administrators_change_rules(admin):
    with pytest.raises(NotPermitted):
        propose_rules(kind="order", by=make_person("general_manager"))


# ---- the effect -----------------------------------------------------------------------------------------------------


def past_case(amount: int, days_ago: int = 5, **facts):
    from workflow.services import open_case

    by, at = make_person("sales"), timezone.now() - timedelta(days=days_ago)
    facts = {"amount": Decimal(amount), "currency": "CNY", "customer_id": 1, "submitted_by_id": by.pk, **facts}
    return open_case("order", make_subject(), facts=facts, by=by, now=at)


def test_the_preview_counts_who_would_have_been_asked(admin):
    only_rules({}, {"code": "order-large", "position": 2, "role": "sales_director", "conditions": [limit(50_000)]})
    for amount in (10_000, 60_000, 90_000):
        past_case(amount, customer_id=amount)
    past_case(70_000, days_ago=400)
    effect = preview_rules(proposal=change_limit(admin, 80_000), months=3, by=admin).effect
    assert (effect["cases"], effect["changed"]) == (3, 1)
    assert ["role", "sales_director", 0, 2, 1] in effect["signers"]
    assert [row["less"] for row in effect["rows"]] == [[["role", "sales_director", 0]]]


@pytest.mark.req("R14.3")
def test_the_preview_adds_up_as_it_would_have_been_added_up_then(admin):
    only_rules({})
    for days_ago in (10, 9, 1):
        past_case(30_000, days_ago)
    split = {**limit(50_000), "fact": "customer_sum", "days": 3}
    values = {"position": 2, "role": "sales_director", "conditions": [split]}
    proposal = write_rule(proposal=propose(admin), values=values, by=admin)
    effect = preview_rules(proposal=proposal, months=1, by=admin).effect
    assert (effect["cases"], effect["changed"]) == (3, 1)  # the second of the two that lie a day apart


@pytest.mark.req("R14.3")
@pytest.mark.parametrize("fact", ["customer_sum", "salesperson_sum", "product_sum", "family_sum"])
def test_sums_in_memory_and_sums_in_the_database_are_the_same(admin, fact):
    from workflow.models import ApprovalCase
    from workflow.sums import PastSums, StoredSums

    shares = {"product": {"P1": Decimal(20_000), "P2": Decimal(5)}, "family": {"S": Decimal(20_005)}}
    for days_ago in (9, 2, 1):
        last = past_case(20_005, days_ago, salesperson_id=7, shares=shares)
    asked = (fact, 3, Decimal(50_000))
    last = ApprovalCase.objects.get(pk=last.pk)
    stored = StoredSums("order", last.facts, [asked], last.opened_at).of(asked)
    assert stored == PastSums(ApprovalCase.objects.all()).at(last).of(asked)
    assert stored == (40_000 if fact == "product_sum" else 40_010)


def test_the_preview_takes_the_same_statements_for_few_cases_and_for_many(admin, django_assert_max_num_queries):
    proposal = change_limit(admin, 80_000)
    for number in range(8):
        past_case(60_000, customer_id=number)
    with django_assert_max_num_queries(14):
        preview_rules(proposal=proposal, months=3, by=admin)


def test_running_cases_keep_their_rules(admin):
    make_person("sales_manager")
    make_person("sales_director")
    case = make_case(amount=60_000)
    put(admin, change_limit(admin, 80_000))
    assert case.steps.count() == 2
    assert len(preview_steps("order", {"amount": 60_000, "currency": "CNY"})) == 1


# ---- in the browser -------------------------------------------------------------------------------------------------


@pytest.fixture
def client(admin):
    client = Client()
    client.force_login(admin)
    return client


def form_with(client, url: str, field: str) -> dict:
    return next(form for form in forms_of(client.get(url).content.decode()) if field in form.data()).data()


def test_a_threshold_is_changed_previewed_and_put_in_force_in_the_browser(client):
    assert "amount above 50,000 CNY" in client.get("/settings/approvals/").content.decode()
    client.post("/settings/approvals/order/propose/")
    url = f"{HOME}rules/order-large/"
    data = form_with(client, url, "asks")
    assert client.post(url, {**data, "c0-value": "80000", "add": ""}).status_code == 302
    assert client.post(HOME, {"months": "3"}).status_code == 302
    assert "80,000 CNY" in client.get(HOME).content.decode()
    data = form_with(client, "/settings/approvals/order/put-in-force/", "note")
    assert client.post("/settings/approvals/order/put-in-force/", {**data, "note": "年中"}).status_code == 302
    assert ApprovalRule.objects.get(code="order-large").conditions == [limit(80_000)]
    assert "年中" in client.get("/settings/approvals/").content.decode()


def test_a_condition_is_added_by_a_button_and_what_was_typed_is_kept(client):
    client.post("/settings/approvals/order/propose/")
    data = form_with(client, f"{HOME}new/", "asks") | {"role": "finance", "add": "credit_grade", "press": "add"}
    page = client.post(f"{HOME}new/", data)
    assert page.status_code == 200
    data = next(form for form in forms_of(page.content.decode()) if "c0-op" in form.data()).data()
    assert data["role"] == "finance"
    data |= {"c0-op": "in", "c0-value": ["C", "D"], "asks": "role", "mode": "all", "add": ""}
    assert client.post(f"{HOME}new/", data).status_code == 302
    rule = proposal_of("order").rules[-1]
    assert rule["conditions"] == [{"fact": "credit_grade", "op": "in", "value": ["C", "D"]}]


def test_wrong_input_is_told_at_the_field(client):
    client.post("/settings/approvals/order/propose/")
    data = form_with(client, f"{HOME}rules/order-large/", "asks") | {"c0-value": "viel", "add": ""}
    page = client.post(f"{HOME}rules/order-large/", data)
    assert page.status_code == 422 and 'id="id_c0-value_error"' in page.content.decode()


def test_every_fact_can_be_offered(client):
    from workflow.facts import facts_for

    client.post("/settings/approvals/order/propose/")
    for name in facts_for("order"):
        page = client.post(f"{HOME}new/", {"add": name, "press": "add", "asks": "role", "mode": "all"})
        assert page.status_code == 200 and 'name="c0-op"' in page.content.decode(), name
