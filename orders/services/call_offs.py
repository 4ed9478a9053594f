"""Calling off from a framework agreement (R14.11): what is left is never less than nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError, Reason
from core.formats import day, quantity
from core.money import format_money
from orders.models import AgreementLine, OrderLine


def require_agreed(lines: Iterable[OrderLine], *, now: datetime | None = None) -> None:
    """Lock the agreed lines that these lines, about to be received, call off from, and see that they may.

    Two orders at once wait here for each other, in the order of the keys; after the orders, before the numbers.
    Raises DomainError("agreement") with each line that asks for more than is left, another price, other goods, another
    customer or currency, less than is called off at least, or a day the agreement or its line is not in force.
    """
    asked = [line for line in lines if line.agreement_line_id]
    if not asked:
        return
    agreed = _locked({line.agreement_line_id for line in asked if line.agreement_line_id})
    at_once, taken = _at_once(asked), defaultdict[int, Decimal](Decimal)
    today = timezone.localdate(now)
    reasons = [reason for line in asked for reason in _refusals(line, agreed, taken, at_once, today)]
    if reasons:
        fields: dict[str, list[str]] = {}
        for reason in reasons:
            fields.setdefault(reason.field, []).append(str(reason.text))
        raise DomainError(
            "agreement", _("The framework agreement does not cover this."), reasons=reasons, fields=fields
        )


def _locked(keys: Iterable[int]) -> Mapping[int, AgreementLine]:
    """Locked first, summed up afterwards: a sum taken while waiting would be an old one."""
    list(AgreementLine.objects.filter(pk__in=keys).order_by("pk").select_for_update().values_list("pk"))
    return AgreementLine.objects.with_call_offs().select_related("contract", "product").in_bulk(keys)


def _at_once(lines: Iterable[OrderLine]) -> Mapping[tuple[int, int], Decimal]:
    """What each order calls off of each agreed line: two lines of one order are one call-off."""
    sums: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[id(line.order), line.agreement_line_id or 0] += line.quantity
    return sums


def days_of(line: AgreementLine) -> str:
    """Its own dates as words; nothing where it has none."""
    if line.valid_from and line.valid_until:
        return f"{day(line.valid_from)} – {day(line.valid_until)}"
    if line.valid_from:
        return str(_("from %(day)s") % {"day": day(line.valid_from)})
    return str(_("until %(day)s") % {"day": day(line.valid_until)}) if line.valid_until else ""


def _refusals(
    line: OrderLine, agreed: Mapping[int, AgreementLine], taken: dict[int, Decimal],
    at_once: Mapping[tuple[int, int], Decimal], today: date,
) -> Iterator[Reason]:  # fmt: skip
    source = agreed[line.agreement_line_id or 0]
    contract, order = source.contract, line.order
    left = source.quantity - source.called_off - taken[source.pk]  # type: ignore[attr-defined]  # annotated
    taken[source.pk] += line.quantity
    words = {"n": line.position, "number": contract.number}
    if (contract.customer_id, contract.currency) != (order.customer_id, order.currency):
        text = _("Line %(n)s: %(number)s is another customer's or in another currency.")
        yield Reason("foreign", text % words, f"lines.{line.position}.description")
    if line.product_id != source.product_id:
        yield Reason("goods", _("Line %(n)s: %(number)s is about other goods.") % words,
                     f"lines.{line.position}.description")  # fmt: skip
    if not contract.in_force_on(today):
        yield Reason("in_force", _("Line %(n)s: %(number)s is not in force today.") % words,
                     f"lines.{line.position}.description")  # fmt: skip
    elif not source.is_valid_on(today):
        words |= {"days": days_of(source)}
        yield Reason("line_valid", _("Line %(n)s: %(number)s has these goods for other days: %(days)s.") % words,
                     f"lines.{line.position}.description")  # fmt: skip
    if line.unit_price != source.unit_price:
        words |= {"price": format_money(source.unit_price, contract.currency)}
        yield Reason("price", _("Line %(n)s: the price agreed in %(number)s is %(price)s.") % words,
                     f"lines.{line.position}.unit_price")  # fmt: skip
    least = min(source.minimum_quantity, left)  # the rest may be less
    if at_once[id(order), source.pk] < least:
        words |= {"least": quantity(least, source.product.unit)}
        yield Reason("minimum", _("Line %(n)s: %(number)s asks for at least %(least)s at once.") % words,
                     f"lines.{line.position}.quantity")  # fmt: skip
    if line.quantity > left:
        words |= {"left": quantity(max(left, Decimal(0)))}
        yield Reason("left", _("Line %(n)s: %(left)s are left of %(number)s.") % words,
                     f"lines.{line.position}.quantity")  # fmt: skip
