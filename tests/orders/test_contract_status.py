"""Status × act of contracts: where each act fits, what else it says, and that a refusal changes nothing (R3.8)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.acts import ACTS
from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders.choices import ContractStatus
from orders.models import Contract, Order
from tests.factories import make_order, make_user
from tests.orders.contract_factories import contract_spec, fresh_contract, signed_file
from tests.orders.test_framework_agreements import make_agreement
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.8")]

#                              draft signed ended
TABLE = {
    "orders.save_contract": "  x     .      .",
    "orders.sign_contract": "  x     .      .",
    "orders.link_order": "     x     x      .",
    "orders.call_off": "       .     x      .",
    "orders.extend_contract": ".     x      .",
    "orders.end_contract": "   .     x      .",
}
STATUSES = tuple(ContractStatus)


def arguments(act: str, contract: Contract) -> dict[str, Any]:
    lines = {"customer": contract.customer, "title": "改过的框架协议"}
    line = contract.lines.get()
    goods = {"kind": "single", "amount": Decimal(5)}
    needed: dict[str, Any] = {
        "orders.save_contract": lambda: {"spec": contract_spec(**lines, **goods)},
        "orders.sign_contract": lambda: {"signed_date": timezone.localdate(), "upload": signed_file()},
        "orders.link_order": lambda: {"order": make_order(customer=contract.customer)},
        "orders.call_off": lambda: {"quantities": {line.pk: Decimal(1)}},
        "orders.extend_contract": lambda: {"expiry_date": timezone.localdate() + timedelta(days=900), "note": "续签"},
        "orders.end_contract": lambda: {"note": "已履行完毕"},
    }
    return dict(needed[act]())


def picture(contract: Contract) -> tuple[object, ...]:
    row = Contract.objects.filter(pk=contract.pk).values().get()
    counted = [model.objects.count() for model in (Contract, Order, AuditEntry, WorkItem)]
    return row, list(contract.orders.values_list("pk")), list(contract.lines.values()), counted


def in_status(status: str) -> Contract:
    contract = make_agreement()
    stamps: dict[str, Any] = {} if status != "draft" else {"signed_date": None, "signed_at": None}
    Contract.objects.filter(pk=contract.pk).update(status=status, **stamps)
    return fresh_contract(contract)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("act", TABLE)
def test_an_act_fits_its_statuses_and_no_other(act, status):
    contract = in_status(status)
    by = make_user(*(role for role in Role.values if role != Role.PARTNER))
    given = arguments(act, contract)
    before = picture(contract)
    if TABLE[act].split()[STATUSES.index(status)] == "x":
        ACTS[act].service(contract=contract, by=by, **given)
        assert picture(contract) != before
        return
    with pytest.raises(Conflict) as refused:
        ACTS[act].service(contract=contract, by=by, **given)
    assert refused.value.code == "status" and str(ContractStatus(status).label) in str(refused.value.message)
    assert picture(contract) == before, "a refusal changes nothing"


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("act", TABLE)
def test_nobody_without_a_role_comes_through_a_door(act):
    contract = in_status("signed")
    given = arguments(act, contract)
    before = picture(contract)
    with pytest.raises(DomainError) as refused:
        ACTS[act].service(contract=contract, by=make_user(), **given)
    assert refused.value.status == 403 and picture(contract) == before


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("act", TABLE)
def test_another_salesperson_does_nothing_with_it(act):
    contract = in_status("draft" if act in ("orders.save_contract", "orders.sign_contract") else "signed")
    given = arguments(act, contract)
    before = picture(contract)
    with pytest.raises(DomainError) as refused:
        ACTS[act].service(contract=contract, by=make_user(Role.SALES), **given)
    assert refused.value.status == 403 and picture(contract) == before
