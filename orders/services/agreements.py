"""A draft order made of a framework agreement (R14.11)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import act
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from customers.privacy import contact_for, place_for
from orders.choices import ContractKind, ContractStatus
from orders.models import AgreementLine, Contract, Order
from orders.services.contracts import lock_contract, require_contract
from orders.services.intake import INTAKE, save_draft
from orders.specs import DEFAULT_TERMS, LineSpec, OrderSpec


@act("orders.call_off", roles=INTAKE)
def call_off(*, contract: Contract, quantities: Mapping[int, Decimal], by: User, now: datetime | None = None) -> Order:
    """A draft with the agreed goods and prices in these quantities (by the key of the agreed line).

    A draft takes nothing yet: what is left is looked at and taken when the order is received. Raises
    DomainError("quantities") for none, DomainError("not_framework"), Conflict("status") unless it is signed,
    Conflict("in_force") before it begins and past its end.
    """
    contract = lock_contract(contract, by=by)
    require_contract(contract, [ContractStatus.SIGNED])
    if contract.kind != ContractKind.FRAMEWORK:
        raise DomainError("not_framework", _("Only a framework agreement has goods to call off."))
    if not contract.in_force_on(timezone.localdate(now)):
        raise Conflict("in_force", _("%(number)s is not in force today.") % {"number": contract})
    rows = [row for row in contract.lines.select_related("product") if quantities.get(row.pk, Decimal(0)) > 0]
    if not rows:
        text = _("Enter a quantity for at least one of the goods.")
        raise DomainError("quantities", text, fields={"quantities": [text]})
    customer = contract.customer
    spec = OrderSpec(
        customer=customer, contact=contact_for(customer, by), salesperson=contract.owner, currency=contract.currency,
        lines=tuple(_line(row, quantities[row.pk]) for row in rows), terms=DEFAULT_TERMS,
        ordered_date=timezone.localdate(now), **place_for(customer, by),
    )  # fmt: skip
    order = save_draft(spec=spec, by=by, now=now)
    contract.orders.add(order)
    audit.record("contract.called_off", contract, by=by, note=str(order), now=now)
    return order


def _line(row: AgreementLine, quantity: Decimal) -> LineSpec:
    return LineSpec(quantity=quantity, unit_price=row.unit_price, product=row.product, agreement_line=row)
