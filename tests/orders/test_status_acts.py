"""Status × act: where each act fits, and that a refusal changes nothing (R13.1).

The columns are the statuses; "x" marks those an act fits in. Elsewhere it answers Conflict("status") before anything
else is looked at. An act of the orders room without a row fails the first test.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.acts import ACTS
from accounts.choices import Kind, Role
from accounts.models import User
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders.choices import OrderStatus
from orders.models import Order, StatusChange
from orders.specs import spec_of
from tests.factories import fresh, make_draft, make_partner, make_user
from workflow.models import WorkItem

pytestmark = pytest.mark.django_db

#                               dr rd rt rv ap ip sh ac cl cn rj
TABLE = {
    "orders.receive_order": "        x  .  x  .  .  .  .  .  .  .  .",
    "orders.save_draft": "           x  .  x  .  .  .  .  .  .  .  .",
    "orders.review_preliminarily": " .  x  .  .  .  .  .  .  .  .  .",
    "orders.open_clarification": "   .  x  .  x  x  x  .  .  .  .  .",
    "orders.give_opinion": "         .  x  .  .  .  .  .  .  .  .  .",
    "orders.decide_proposal": "      .  x  .  .  .  .  .  .  .  .  .",
    "orders.return_to_sales": "      .  x  .  x  .  .  .  .  .  .  .",
    "orders.review_order": "         .  x  .  .  .  .  .  .  .  .  .",
    "orders.decide_approval": "      .  .  .  x  .  .  .  .  .  .  .",
    "orders.approve_order": "        .  .  .  x  .  .  .  .  .  .  .",
    "orders.confirm_by_partner": "   .  .  .  x  .  .  .  .  .  .  .",
    "orders.object_by_partner": "    .  .  .  x  .  .  .  .  .  .  .",
    "orders.record_promise": "       .  .  .  .  x  x  .  .  .  .  .",
    "orders.record_promise_settlement": ". .  .  .  x  x  .  .  .  .  .",
    "orders.start_production": "     .  .  .  .  x  .  .  .  .  .  .",
    "orders.record_final_inspection": " . .  .  .  .  x  .  .  .  .  .",
    "orders.record_dispatch": "      .  .  .  .  .  x  .  .  .  .  .",
    "orders.record_acceptance": "    .  .  .  .  .  x  x  .  .  .  .",
    "orders.mark_accepted": "        .  .  .  .  .  .  x  .  .  .  .",
    "orders.close_order": "          .  .  .  .  .  .  .  x  .  .  .",
    "orders.cancel_order": "         x  x  x  x  x  x  .  .  .  .  .",
    "orders.request_order_waiver": " x  x  x  x  x  x  x  x  .  .  .",
}
# Acts that no status closes, or that make a new order.
ANY_STATUS = {
    "orders.place_order", "orders.place_orders", "orders.copy_order", "orders.repeat_last_order",
    "orders.report_payment", "orders.hold_order", "orders.release_order",
    "orders.grant_order_waiver", "orders.record_communication", "orders.resolve_clarification",
    "orders.change_check_policy", "orders.preview_check_policy", "orders.change_quotation_rules",
    "orders.ask_for_gate", "orders.save_checklist_item", "orders.ask_dossier",
    "orders.save_assignment_rule",
}  # fmt: skip
# Acts on other things of the room, each with tables of their own.
OF_OTHER_THINGS = {
    "orders.order_inquiry", "orders.quote_inquiry",
    "orders.save_quotation", "orders.submit_quotation", "orders.decide_quotation", "orders.revise_quotation",
    "orders.withdraw_quotation",
    "orders.send_quotation", "orders.accept_quotation", "orders.lose_quotation", "orders.order_quotation",
    "orders.expire_quotations", "orders.save_contract", "orders.sign_contract", "orders.link_order",
    "orders.end_contract", "orders.extend_contract", "orders.remind_of_contracts", "orders.call_off",
    "orders.take_dossier", "orders.answer_order_waiver",
}  # fmt: skip
STATUSES = (
    OrderStatus.DRAFT, OrderStatus.RECEIVED, OrderStatus.RETURNED, OrderStatus.REVIEWED, OrderStatus.APPROVED,
    OrderStatus.IN_PRODUCTION, OrderStatus.SHIPPED, OrderStatus.ACCEPTED, OrderStatus.CLOSED, OrderStatus.CANCELED,
    OrderStatus.REJECTED,
)  # fmt: skip


def fits(act: str, status: str) -> bool:
    return TABLE[act].split()[STATUSES.index(OrderStatus(status))] == "x"


def arguments(act: str, order: Order) -> dict[str, Any]:
    """What the act needs beside the order and the person."""
    needed: dict[str, dict[str, Any]] = {
        "orders.save_draft": {"spec": spec_of(order)},
        "orders.review_preliminarily": {"result": "passed"},
        "orders.open_clarification": {"question": "?"},
        "orders.give_opinion": {"department": "finance", "result": "favorable"},
        "orders.decide_proposal": {"take": False, "reason": "old customer"},
        "orders.return_to_sales": {"reason": "price"},
        "orders.decide_approval": {"approve": True},
        "orders.object_by_partner": {"reason": "price"},
        "orders.record_promise": {"dates": {0: timezone.localdate() + timedelta(days=1)}},
        "orders.record_promise_settlement": {"agreed": True, "note": "yes"},
        "orders.record_final_inspection": {"passed": True},
        "orders.record_dispatch": {"quantities": {0: Decimal(1)}},
        "orders.record_acceptance": {"quantities": {0: Decimal(1)}},
        "orders.cancel_order": {"reason": "budget"},
        "orders.request_order_waiver": {"gate": "price_floor", "reason": "old customer"},
    }
    return needed.get(act, {})


def everybody() -> User:
    """Somebody who holds every role, so that only the status can refuse."""
    return make_user(*(role for role in Role.values if role != Role.PARTNER))


def picture(order: Order) -> tuple[object, ...]:
    row = Order.objects.filter(pk=order.pk).values().get()
    return row, StatusChange.objects.count(), AuditEntry.objects.count(), WorkItem.objects.count()


@pytest.mark.req("R13.1")
def test_every_act_of_the_room_has_a_row():
    assert {name for name in ACTS if name.startswith("orders.")} == {*TABLE, *ANY_STATUS, *OF_OTHER_THINGS}


@pytest.mark.req("R13.1")
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("act", TABLE)
def test_an_act_fits_its_statuses_and_no_other(act, status):
    partner = make_partner() if act.endswith("by_partner") else None
    order = make_draft(partner=partner, partner_reference="R-1") if partner else make_draft()
    by = partner.user if partner else everybody()
    Order.objects.filter(pk=order.pk).update(status=status, number="202611-001", created_by=by)
    order = fresh(order)
    before = picture(order)
    try:
        ACTS[act].service(order=order, by=by, **arguments(act, order))
        refused = None
    except DomainError as error:
        refused = error
        assert picture(order) == before, "a refusal changes nothing"
    out_of_place = isinstance(refused, Conflict) and refused.code == "status"
    assert out_of_place != fits(act, status), f"{act} in {status}: {refused}"


@pytest.mark.req("R13.7")
@pytest.mark.parametrize("act", [*TABLE, *sorted(ANY_STATUS - {"orders.place_order", "orders.place_orders"})])
def test_nobody_without_a_role_comes_through_a_door(act):
    order = make_draft()
    for stranger in (make_user(), make_user(kind=Kind.PARTNER) if Role.PARTNER not in ACTS[act].roles else make_user()):
        before = picture(order)
        with pytest.raises(DomainError) as refused:
            ACTS[act].service(order=order, by=stranger, **arguments(act, order))
        assert refused.value.status == 403
        assert picture(order) == before
