"""Status × act of quotations: where each act fits, and that a refusal changes nothing (R3.7)."""

from typing import Any

import pytest

from accounts.acts import ACTS
from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders.choices import QuotationStatus
from orders.models import Quotation
from orders.quotation_specs import spec_of_quotation
from tests.factories import make_user
from tests.orders.quotation_factories import fresh_quotation, make_quotation
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.7")]

#                              dr su ap se ac lo ex sp
TABLE = {
    "orders.save_quotation": " x  .  .  .  .  .  .  .",
    "orders.submit_quotation": "x . .  .  .  .  .  .",
    "orders.withdraw_quotation": ". x . .  .  .  .  .",
    "orders.decide_quotation": ". x .  .  .  .  .  .",
    "orders.send_quotation": " .  .  x  .  .  .  .  .",
    "orders.accept_quotation": ". . .  x  .  .  .  .",
    "orders.lose_quotation": " x  x  x  x  .  .  x  .",
    "orders.revise_quotation": ". . x  x  .  x  x  .",
    "orders.order_quotation": ".  .  .  x  x  .  .  .",
}
STATUSES = tuple(QuotationStatus)


def arguments(act: str, quotation: Quotation) -> dict[str, Any]:
    needed: dict[str, dict[str, Any]] = {
        "orders.save_quotation": {"spec": spec_of_quotation(quotation)},
        "orders.decide_quotation": {"approve": True},
        "orders.send_quotation": {"to": ["li@example.com"]},
        "orders.lose_quotation": {"reason": "price"},
        "orders.withdraw_quotation": {"reason": "改价"},
    }
    return needed.get(act, {})


def picture(quotation: Quotation) -> tuple[object, ...]:
    row = Quotation.objects.filter(pk=quotation.pk).values().get()
    return row, Quotation.objects.count(), AuditEntry.objects.count(), WorkItem.objects.count()


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("act", TABLE)
def test_an_act_fits_its_statuses_and_no_other(act, status):
    quotation = make_quotation()
    by = make_user(*(role for role in Role.values if role != Role.PARTNER))
    Quotation.objects.filter(pk=quotation.pk).update(status=status, loss_reason="price", created_by=by)
    quotation = fresh_quotation(quotation)
    before = picture(quotation)
    refused = None
    try:
        ACTS[act].service(quotation=quotation, by=by, **arguments(act, quotation))
    except DomainError as error:
        refused = error
        assert picture(quotation) == before, "a refusal changes nothing"
    out_of_place = isinstance(refused, Conflict) and refused.code == "status"
    fits = TABLE[act].split()[STATUSES.index(status)] == "x"
    assert out_of_place != fits, f"{act} in {status}: {refused}"


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("act", TABLE)
def test_nobody_without_a_role_comes_through_a_door(act):
    quotation = make_quotation()
    before = picture(quotation)
    with pytest.raises(DomainError) as refused:
        ACTS[act].service(quotation=quotation, by=make_user(), **arguments(act, quotation))
    assert refused.value.status == 403 and picture(quotation) == before
