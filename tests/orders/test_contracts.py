"""Contracts: number, signed file, terms, links, the reminder before the end, the archive (R3.8)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.attachments import attach_file, may_open
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment, AuditEntry
from orders import services
from orders.models import Contract
from orders.tasks import remind_of_contracts
from tests.factories import make_customer, make_order, make_user, person
from tests.orders.contract_factories import contract_spec, fresh_contract, make_contract, sign, signed_file
from tests.orders.quotation_factories import make_quotation
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.8")]
TODAY = timezone.localdate


@pytest.mark.req("R2.2")
def test_contracts_are_numbered_in_a_series_of_their_own():
    first, second = make_contract(), make_contract()
    assert first.number.startswith("C") and int(second.number[-3:]) == int(first.number[-3:]) + 1


def test_a_contract_is_in_force_only_with_its_signed_file():
    contract = make_contract()
    with pytest.raises(DomainError) as refused:
        services.sign_contract(contract=contract, signed_date=TODAY(), by=person(Role.SALES))
    assert "upload" in refused.value.fields and fresh_contract(contract).status == "draft"
    attach_file(contract, upload=signed_file(), kind="contract", by=person(Role.SALES))
    services.sign_contract(contract=contract, signed_date=TODAY(), by=person(Role.SALES))
    assert fresh_contract(contract).status == "signed"


def test_a_signature_to_come_is_refused_and_its_file_not_kept():
    contract = make_contract()
    with pytest.raises(DomainError):
        services.sign_contract(
            contract=contract, signed_date=TODAY() + timedelta(days=1), upload=signed_file(), by=person(Role.SALES)
        )
    assert fresh_contract(contract).status == "draft" and not Attachment.objects.exists()


def test_what_is_signed_is_not_edited_any_more():
    contract = make_contract("signed")
    with pytest.raises(Conflict):
        services.save_contract(spec=contract_spec(title="另一份"), contract=contract, by=person(Role.SALES))
    assert fresh_contract(contract).title == "服务器年度采购合同"


def test_an_edit_over_somebody_elses_is_refused():
    contract = make_contract()
    services.save_contract(spec=contract_spec(title="一"), contract=contract, edition=0, by=person(Role.SALES))
    with pytest.raises(Conflict):
        services.save_contract(spec=contract_spec(title="二"), contract=contract, edition=0, by=person(Role.SALES))
    assert fresh_contract(contract).title == "一"


@pytest.mark.parametrize("over", [{"expiry_date": timezone.localdate() - timedelta(days=1)}, {"quotation": True}])
def test_what_does_not_fit_is_refused(over: dict[str, Any]):
    if "quotation" in over:
        over = {"quotation": make_quotation()}  # somebody else's
    with pytest.raises(DomainError):
        services.save_contract(spec=contract_spec(**over), by=person(Role.SALES))
    assert not Contract.objects.exists()


def test_an_amount_beyond_the_books_is_refused_in_the_form():
    customer, client = make_customer(), office()
    data = {"customer": customer.pk, "customer_text": f"{customer.code} {customer.name}", "title": "采购合同",
            "kind": "single", "effective_date": str(TODAY()), "currency": "CNY", "amount": "9" * 13,
            "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}  # fmt: skip
    answer = client.post("/orders/contracts/new/", data)
    assert answer.status_code == 422 and "A contract is at most" in answer.content.decode()
    assert not Contract.objects.exists()


def test_an_edit_that_changes_nothing_leaves_no_difference_in_the_trail():
    contract = make_contract()
    services.save_contract(spec=contract_spec(customer=contract.customer), contract=contract, by=person(Role.SALES))
    assert AuditEntry.objects.get(action="contract.edited").changes == {}


def test_in_force_are_those_signed_begun_and_not_past_their_end():
    day = timedelta(days=1)
    contracts = [
        make_contract(
            "signed", effective_date=TODAY() + begun * day, expiry_date=None if end is None else TODAY() + end * day
        )
        for begun, end in ((-9, 0), (0, None), (-9, -1), (1, 9))
    ]
    contracts += [make_contract(), make_contract("ended")]
    found = [contract.in_force_on(TODAY()) for contract in contracts]
    assert found == [True, True, False, False, False, False]
    assert set(Contract.objects.in_force(TODAY())) == set(contracts[:2])
    page = office().get("/orders/contracts/?in_force=true").content.decode()
    assert [contract.number in page for contract in contracts] == found


def test_the_daily_reminder_goes_on_until_nothing_is_left(monkeypatch):
    monkeypatch.setattr("orders.services.contracts.BATCH", 1)
    monkeypatch.setattr("orders.tasks.BATCH", 1)
    contracts = [make_contract("signed", expiry_date=TODAY() + timedelta(days=20)) for _ in range(3)]
    remind_of_contracts()
    assert [open_items(contract).count() for contract in contracts] == [1, 1, 1]


def test_orders_of_the_customer_are_filed_under_it_once():
    order = make_order()
    contract = make_contract("signed", customer=order.customer)
    services.link_order(contract=contract, order=order, by=person(Role.SALES))
    assert list(order.contracts.all()) == [contract]
    with pytest.raises(Conflict):
        services.link_order(contract=contract, order=order, by=person(Role.SALES))
    with pytest.raises(DomainError) as refused:
        services.link_order(contract=contract, order=make_order(), by=person(Role.SALES))
    assert refused.value.code == "customer" and contract.orders.count() == 1


def test_its_salesperson_is_asked_once_before_it_ends():
    soon = make_contract("signed", expiry_date=TODAY() + timedelta(days=20))
    late = make_contract("signed", expiry_date=TODAY() + timedelta(days=300))
    draft = make_contract(expiry_date=TODAY() + timedelta(days=20))
    assert services.remind_of_contracts(by=system_user()) == 1
    assert services.remind_of_contracts(by=system_user()) == 0
    item = open_items(soon).get()
    assert item.owner == person(Role.SALES) and timezone.localdate(item.due_at) == soon.expiry_date
    assert not open_items(late) and not open_items(draft)


def test_an_extension_ends_the_question_and_the_new_end_is_asked_about_in_its_time():
    contract = make_contract("signed", expiry_date=TODAY() + timedelta(days=20))
    services.remind_of_contracts(by=system_user())
    end = TODAY() + timedelta(days=400)
    with pytest.raises(DomainError):
        services.extend_contract(contract=contract, expiry_date=TODAY(), note="", by=person(Role.SALES))
    services.extend_contract(contract=contract, expiry_date=end, note="续签一年", by=person(Role.SALES))
    assert not open_items(contract)
    assert services.remind_of_contracts(by=system_user()) == 0
    later = timezone.now() + timedelta(days=390)
    assert services.remind_of_contracts(by=system_user(), now=later) == 1


def test_ending_takes_a_word_and_ends_the_question():
    contract = make_contract("signed", expiry_date=TODAY() + timedelta(days=20))
    services.remind_of_contracts(by=system_user())
    with pytest.raises(DomainError):
        services.end_contract(contract=contract, note=" ", by=person(Role.SALES))
    assert fresh_contract(contract).status == "signed"
    services.end_contract(contract=contract, note="另签新合同", by=person(Role.SALES))
    assert fresh_contract(contract).status == "ended" and not open_items(contract)


# ---- who sees it, and the archive -----------------------------------------------------------------------------------


@pytest.mark.req("R13.7")
def test_a_contract_and_its_file_are_for_the_offices_and_its_own_salespeople():
    contract = make_contract("signed")
    stranger, workshop, office = make_user(Role.SALES), make_user(Role.PRODUCTION), make_user(Role.FINANCE)
    assert [Contract.objects.visible_to(p).count() for p in (stranger, workshop, office)] == [0, 0, 1]
    file = Attachment.objects.get()
    assert [may_open(p, file) for p in (stranger, workshop, office)] == [False, False, True]
    with pytest.raises(NotPermitted):
        services.end_contract(contract=contract, note="x", by=stranger)
    assert fresh_contract(contract).status == "signed"


def office() -> Client:
    client = Client()
    client.force_login(person(Role.INSIDE_SALES))
    return client


@pytest.mark.parametrize("text", ["年度", "采购合同", "智能", "C2"])
def test_the_archive_finds_by_number_title_and_customer(text):
    make_contract(customer=make_customer(name="深圳智能制造有限公司"))
    make_contract(title="Z", customer=make_customer(name="Y"))
    found = Contract.objects.search(text)
    assert found.count() == (2 if text == "C2" else 1)


def test_from_the_form_to_the_signed_contract_in_the_browser():
    customer, client = make_customer(), office()
    data = {"customer": customer.pk, "customer_text": f"{customer.code} {customer.name}", "title": "采购合同",
            "kind": "single", "effective_date": str(TODAY()), "currency": "CNY", "amount": "120,000",
            "lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}  # fmt: skip
    answer = client.post("/orders/contracts/new/", data)
    contract = Contract.objects.get()
    assert answer["Location"] == contract.get_absolute_url() and contract.amount == 120_000
    page = contract.get_absolute_url()
    client.post(f"{page}sign/", {"signed_date": str(TODAY()), "upload": signed_file()})
    assert fresh_contract(contract).status == "signed"
    order = make_order(customer=customer)
    client.post(f"{page}link/", {"order": order.number})
    assert order.number and order.number in client.get(page).content.decode()


def cost(client: Client, url: str) -> int:
    client.get(url)  # what a process remembers is read once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_list_and_page_cost_the_same_with_few_and_with_many():
    client, first = office(), make_contract("signed")
    before = cost(client, "/orders/contracts/?q=合同"), cost(client, first.get_absolute_url())
    for _ in range(9):
        sign(make_contract(customer=first.customer))
        order = make_order(customer=first.customer)
        services.link_order(contract=first, order=order, by=person(Role.SALES))
    after = cost(client, "/orders/contracts/?q=合同"), cost(client, first.get_absolute_url())
    assert after == before and before[0] <= 12 and before[1] <= 20
