"""Special approval (特批) asked for and answered: who, which rule, why, up to how much, until when (R3.4, R5.1)."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import MANAGERS, Role
from accounts.models import User
from core.errors import Conflict, NotPermitted
from orders.choices import FINAL
from orders.guards.money import wanting
from orders.ladder import is_own
from orders.models import Order
from orders.services.approval import require_waivable
from orders.services.steps import lock_order
from workflow.choices import WaiverStatus
from workflow.models import Waiver
from workflow.notifications import notify
from workflow.services import answer_waiver, request_waiver, valid_waiver, waivers_of
from workflow.services.waivers import CAPPED

ASKERS = frozenset({Role.SALES, Role.INSIDE_SALES, Role.ORDER_CENTER, *MANAGERS})
GRANTED = gettext_noop("The special approval you asked for order %(order)s is granted.")
REFUSED = gettext_noop("The special approval you asked for order %(order)s is refused: %(note)s")
ANSWERERS = frozenset({Role.SALES_DIRECTOR, Role.GENERAL_MANAGER})


@act("orders.request_order_waiver", roles=ASKERS)
def request_order_waiver(
    *, order: Order, gate: str, reason: str, by: User, cap: Decimal | None = None,
    expires_at: datetime | None = None, now: datetime | None = None,
) -> Waiver:  # fmt: skip
    """Ask that the order passes one gate once: work of who may open it.

    `cap` in the order's currency; where the rule is about an amount it defaults to what is wanting now. Raises
    Conflict("asked") while the same is asked for or granted, Conflict("status") after the order's end,
    DomainError("waiver_incomplete") by field, ("forbidden") where the rule of the check allows none.
    """
    now = now or timezone.now()
    order = lock_order(order, by=by)
    if order.status in FINAL:
        raise Conflict("status", _("The order has ended; nothing is let through any more."))
    require_waivable(order, gate)
    if is_asked(order, gate):
        raise Conflict("asked", _("This special approval is asked for or granted already."))
    if cap is None and gate in CAPPED:
        cap = wanting(order, gate)
    return request_waiver(order, gate=gate, reason=reason, cap=cap, expires_at=expires_at, by=by, now=now)


@act("orders.answer_order_waiver", roles=ANSWERERS)
def answer_order_waiver(
    *, waiver: Waiver, grant: bool, by: User, note: str = "", now: datetime | None = None
) -> Waiver:
    """Grant what was asked for, or refuse it with a reason.

    Raises NotPermitted for a gate above one's role, an order one wrote, submitted or sells, or one's own request;
    Conflict("waiver_status") when somebody else answered, DomainError("note_missing").
    """
    now = now or timezone.now()
    order = lock_order(Order.objects.get(pk=waiver.subject_id), by=by)
    if by.pk == order.salesperson_id or is_own(order, by):
        raise NotPermitted("four_eyes", _("This is your own order; somebody else approves it specially."))
    if grant:
        require_waivable(order, waiver.gate)
    answered = answer_waiver(waiver, grant=grant, note=note, by=by, now=now)
    words = {"order": order.number or str(order), "note": note.strip()}
    notify(
        filter(None, [answered.requested_by]),
        GRANTED if grant else REFUSED,
        params=words,
        subject=order,
        by=by,
        now=now,
    )
    return answered


def is_asked(order: Order, gate: str) -> bool:
    """Whether somebody has it to answer, or it would let the order pass already."""
    waiting = waivers_of(order).filter(gate=gate, status=WaiverStatus.REQUESTED).exists()
    return waiting or valid_waiver(order, gate) is not None
