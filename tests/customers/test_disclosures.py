"""Reading contacts on application: purpose, period, decision, automatic end, every reading in the trail (R1.6)."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import AuditEntry
from customers.models import Customer, DisclosureRequest
from customers.privacy import may_read_contacts
from customers.services.disclosures import grant_disclosure, refuse_disclosure, revoke_disclosure
from tests.core.factories import at_once
from tests.customers.factories import make_application
from tests.factories import fresh as fresh_order
from tests.factories import make_customer, make_order, make_user, person
from workflow.choices import WorkKind
from workflow.models import Notification, WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6")]
SECRET = "13800138000"


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def day_after(today: date, offset: int) -> date:
    return today + timedelta(days=offset)


def fresh(request: DisclosureRequest) -> DisclosureRequest:
    return DisclosureRequest.objects.get(pk=request.pk)


def work() -> list[WorkItem]:
    return list(WorkItem.objects.open().filter(kind=WorkKind.DISCLOSURE))


def reads(user: Any, customer: Customer) -> bool:
    """As the next request asks: with the person read anew."""
    return may_read_contacts(type(user).objects.get(pk=user.pk), customer)


def granted(**over: Any) -> DisclosureRequest:
    request = make_application(over.pop("customer", None) or make_customer(), **over)
    return grant_disclosure(disclosure=request, by=person(Role.SALES_MANAGER))


# ---- applying


@pytest.mark.sqlite
def test_an_application_is_the_account_managers_work_and_lets_nobody_in_yet():
    customer = make_customer(owner=person(Role.SALES))
    request = make_application(customer)
    assert [item.owner for item in work()] == [customer.owner]
    assert not reads(request.applicant, customer)
    make_application(make_customer())
    assert work()[-1].owner_role == Role.SALES_MANAGER


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"purpose": "  "}, "purpose"),
        ({"until_date": day(-1)}, "until_date"),
        ({"from_date": day(9), "until_date": day(8)}, "until_date"),
        ({"until_date": day(400)}, "until_date"),
    ],
)
def test_without_purpose_or_with_an_odd_period_nothing_is_applied_for(over, field):
    with pytest.raises(DomainError) as refused:
        make_application(make_customer(), **over)
    assert list(refused.value.fields) == [field]
    assert not DisclosureRequest.objects.exists() and work() == []


def test_one_application_at_a_time_and_none_by_who_reads_anyway():
    customer = make_customer()
    make_application(customer)
    with pytest.raises(Conflict, match="requested"):
        make_application(customer)
    with pytest.raises(Conflict, match="readable"):
        make_application(customer, by=person(Role.INSIDE_SALES))
    assert DisclosureRequest.objects.count() == 1


# ---- deciding


@pytest.mark.sqlite
def test_granted_the_applicant_reads_within_the_period_and_no_day_longer(monkeypatch):
    customer = make_customer()
    request = granted(customer=customer, from_date=day(2), days=4)
    today, answers = day(0), []
    for offset in (0, 2, 4, 5):
        monkeypatch.setattr("customers.privacy.timezone.localdate", partial(day_after, today, offset))
        answers.append(reads(request.applicant, customer))
    assert answers == [False, True, True, False]
    assert work() == []
    assert Notification.objects.filter(user=request.applicant, text__startswith="You may read").exists()


def test_nobody_decides_the_own_application_nor_a_strangers_customer():
    applicant = make_user(Role.SALES, Role.FINANCE)
    request = make_application(make_customer(owner=person(Role.SALES)), by=applicant)
    for by, code in ((applicant, "four_eyes"), (make_user(Role.SALES), "owner"), (person(Role.ADMIN), "role")):
        with pytest.raises(NotPermitted, match=code):
            grant_disclosure(disclosure=request, by=by)
        with pytest.raises(NotPermitted, match=code):
            refuse_disclosure(disclosure=request, reason="x", by=by)
    assert fresh(request).status == "requested" and len(work()) == 1
    grant_disclosure(disclosure=request, by=person(Role.SALES))


def test_an_owner_who_lost_the_customer_does_not_decide_the_own_application():
    seller = person(Role.SALES)
    request = make_application(customer := make_customer(), by=seller)
    Customer.objects.filter(pk=customer.pk).update(owner=seller)
    with pytest.raises(NotPermitted, match="four_eyes"):
        grant_disclosure(disclosure=request, by=seller)


def test_a_refusal_says_why_and_lets_nobody_in():
    request = make_application(make_customer())
    with pytest.raises(DomainError, match="reason"):
        refuse_disclosure(disclosure=request, reason=" ", by=person(Role.SALES_MANAGER))
    refuse_disclosure(disclosure=request, reason="不需要", by=person(Role.SALES_MANAGER))
    assert fresh(request).status == "refused" and work() == []
    assert not reads(request.applicant, request.customer)
    with pytest.raises(Conflict):
        grant_disclosure(disclosure=request, by=person(Role.SALES_MANAGER))


def test_supervision_revokes_a_grant_at_once():
    request = granted()
    assert reads(request.applicant, request.customer)
    revoke_disclosure(disclosure=request, reason="滥用", by=person(Role.SUPERVISION))
    assert not reads(request.applicant, request.customer)
    with pytest.raises(Conflict):
        revoke_disclosure(disclosure=request, reason="x", by=person(Role.SUPERVISION))


def test_a_period_that_is_over_is_not_granted_any_more():
    request = make_application(make_customer(), days=0)
    with pytest.raises(Conflict, match="past"):
        late = timezone.now() + timedelta(days=3)
        grant_disclosure(disclosure=request, by=person(Role.SALES_MANAGER), now=late)
    assert fresh(request).status == "requested" and len(work()) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides():
    seller, manager = person(Role.SALES), person(Role.SALES_MANAGER)
    request = make_application(make_customer(owner=seller))
    results = at_once(2, lambda i: (
        grant_disclosure(disclosure=request, by=manager) if i
        else refuse_disclosure(disclosure=request, reason="x", by=seller)
    ))  # fmt: skip
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "DisclosureRequest"]
    assert AuditEntry.objects.filter(action__in=("disclosure.granted", "disclosure.refused")).count() == 1


# ---- what it opens, and the trail


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_from_the_masked_page_over_the_inbox_to_the_telephone():
    customer = make_customer(owner=person(Role.SALES))
    applicant = desk(person(Role.FINANCE))
    url = f"/customers/{customer.pk}/"
    page = applicant.get(url).content.decode()
    assert SECRET not in page and f"{url}disclosures/new/" in page
    data = {"purpose": "对账", "from_date": day(0).isoformat(), "until_date": day(3).isoformat()}
    assert applicant.post(f"{url}disclosures/new/", {**data, "purpose": ""}).status_code == 422
    assert applicant.post(f"{url}disclosures/new/", data).status_code == 302
    assert "waits for the decision" in applicant.get(url).content.decode()
    request = DisclosureRequest.objects.get()
    owner, own = desk(person(Role.SALES)), f"/customers/disclosures/{request.pk}/"
    assert own in owner.get("/").content.decode()
    assert f"{own}grant/" in owner.get(own).content.decode()
    assert f"{own}grant/" not in applicant.get(own).content.decode()
    assert owner.post(f"{own}grant/", {}).status_code == 302
    assert SECRET in applicant.get(url).content.decode()
    (entry,) = AuditEntry.objects.filter(action="customer.contacts_read")
    assert (entry.by, entry.subject_id, entry.changes) == (
        request.applicant,
        customer.pk,
        {"grant": [None, request.pk]},
    )


def test_a_grant_opens_the_lookup_the_order_and_the_export_alike():
    order = make_order()
    request = granted(customer=order.buyer)
    client = desk(request.applicant)
    assert SECRET in client.get(f"/customers/lookup/?id={order.customer_id}").content.decode()
    assert SECRET in client.get(f"/orders/{order.pk}/").content.decode()
    table: Any = client.get("/orders/export.csv")
    assert SECRET in b"".join(table.streaming_content).decode()
    assert fresh_order(order).contact_phone == SECRET


def test_supervision_lists_who_read_whose_contacts_when_and_by_which_grant():
    customer, other = make_customer(name="甲公司"), make_customer(name="乙公司")
    request = granted(customer=customer)
    desk(request.applicant).get(f"/customers/{customer.pk}/")
    desk(person(Role.SERVICE)).get(f"/customers/{other.pk}/")
    watch = desk(person(Role.SUPERVISION))

    def rows(query: str = "") -> list[Any]:
        found = watch.get(f"/customers/disclosures/readings/?{query}").context["rows"]
        return [(row.obj.by, row.obj.subject_id) for row in found]

    everything = [(person(Role.SERVICE), other.pk), (request.applicant, customer.pk)]
    assert rows() == everything
    assert rows("granted=true") == rows(f"by={request.applicant.pk}") == rows("q=甲公") == everything[1:]
    assert rows(f"read_from={day(1)}") == []
    assert f"#{request.pk}" in watch.get("/customers/disclosures/readings/").content.decode()
    assert watch.get("/customers/disclosures/readings/?export=csv").status_code == 200


def test_applications_are_seen_by_the_applicant_the_owner_and_who_leads_or_watches():
    owner = person(Role.SALES)
    request = make_application(make_customer(owner=owner))
    url = f"/customers/disclosures/{request.pk}/"
    for user in (request.applicant, owner, person(Role.SUPERVISION), person(Role.SALES_MANAGER)):
        assert desk(user).get(url).status_code == 200
    for user in (make_user(Role.SALES), person(Role.WAREHOUSE)):
        assert desk(user).get(url).status_code == 404


def test_lists_cost_the_same_for_many():
    watch = desk(person(Role.SUPERVISION))
    person(Role.FINANCE)

    def one(number: int) -> None:
        request = granted(customer=make_customer())
        AuditEntry.objects.create(
            action="customer.contacts_read", at=timezone.now(), by=request.applicant, subject_type="customers.customer",
            subject_id=request.customer_id, subject_label=str(number),
        )  # fmt: skip

    def costs() -> list[int]:
        found = []
        for url in ("/customers/disclosures/?view=all", "/customers/disclosures/readings/"):
            with CaptureQueriesContext(connection) as queries:
                assert watch.get(url).status_code == 200
            found.append(len(queries))
        return found

    one(0)
    one(1)
    costs()
    few = costs()
    for number in range(8):
        one(number)
    assert costs() == few and max(few) <= 9


def test_many_masked_rows_ask_once_for_the_grants():
    for _ in range(5):
        make_customer()
    user = person(Role.FINANCE)
    with CaptureQueriesContext(connection) as queries:
        user.role_codes  # noqa: B018 - read beforehand
        before = len(queries)
        assert not any(may_read_contacts(user, customer) for customer in Customer.objects.all())
    assert len(queries) - before == 2
