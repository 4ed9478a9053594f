"""How well carriers served, and what follows from a poor one (R5.7)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from core import audit
from core.errors import Conflict, DomainError
from fulfillment.choices import IncidentKind, Responsible
from fulfillment.models import Carrier, CarrierRules, Shipment, TransportIncident
from fulfillment.models.shipment import GONE
from fulfillment.services.carrier_rules import current_carrier_rules
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services import cancel_work, finish_work, open_items, open_work


@dataclass(frozen=True)
class Service:
    """How many shipments of a carrier were rated, late, with problems, and with neither."""

    shipments: int = 0
    late: int = 0
    problems: int = 0
    good: int = 0

    def rating(self, rules: CarrierRules) -> Decimal | None:
        """The share of good ones, 0 to 100; none while there are too few."""
        if not self.shipments or self.shipments < rules.fewest_shipments:
            return None
        return round(Decimal(100 * self.good) / self.shipments, 1)


@act("fulfillment.keep_carrier", roles={Role.LOGISTICS, Role.GENERAL_MANAGER})
def keep_carrier(*, carrier: Carrier, reason: str, by: User, now: datetime | None = None) -> Carrier:
    """Keep a carrier whose replacement was proposed, and say why. Raises DomainError("reason"), Conflict("status")."""
    carrier = Carrier.objects.select_for_update().get(pk=carrier.pk)
    if not reason.strip():
        raise DomainError("reason", _("Say why the carrier is kept."), fields={"reason": [_("Required.")]})
    if not open_items(carrier).filter(kind=WorkKind.CARRIER_REPLACEMENT).exists():
        raise Conflict("status", _("No replacement of this carrier is proposed."))
    finish_work(WorkKind.CARRIER_REPLACEMENT, carrier, by=by, outcome="kept", now=now)
    audit.record("carrier.kept", carrier, by=by, note=reason.strip(), now=now)
    return carrier


@act("fulfillment.rate_carriers", roles={Role.ADMIN})
def rate_carriers(*, by: User, now: datetime | None = None) -> int:
    """Rate every carrier in use by its shipments under the rules in force; a poor one is proposed for replacement.

    The rating is the share that arrived neither late nor with a problem. Answers how many were rated.
    """
    now = now or timezone.now()
    rules = current_carrier_rules()
    figures = served(rules, now)
    carriers = list(Carrier.objects.filter(is_active=True).order_by("pk").select_for_update())
    for carrier in carriers:
        row = figures.get(carrier.pk, Service())
        carrier.rated_shipments, carrier.late_shipments = row.shipments, row.late
        carrier.problem_shipments, carrier.rated_at = row.problems, now
        carrier.rating = row.rating(rules)
        _propose(carrier, rules, by=by, now=now)
    names = ["rating", "rated_shipments", "late_shipments", "problem_shipments", "rated_at"]
    Carrier.objects.bulk_update(carriers, names, batch_size=200)
    return len(carriers)


def served(rules: CarrierRules, now: datetime) -> dict[int, Service]:
    """By carrier: shipments whose arrival is known or overdue, those late, with problems, and with neither.

    A problem is an incident the carrier answers for; lateness that somebody else answers for is excused.
    """
    incidents = TransportIncident.objects.filter(shipment=OuterRef("pk"))
    problem = Exists(incidents.filter(responsible=Responsible.CARRIER))
    others = [Responsible.HOUSE, Responsible.CUSTOMER, Responsible.NOBODY]
    excused = Exists(incidents.filter(kind=IncidentKind.DELAY, responsible__in=others))
    overdue = Q(there_at__isnull=True, due_on__lt=timezone.localdate(now))
    late = (Q(due_on__lt=TruncDate("there_at")) | overdue) & Q(was_excused=False)
    rows = Shipment.objects.annotate(
        there_at=Coalesce("arrived_at", "accepted_at"),
        due_on=Coalesce("first_expected_arrival", "expected_arrival"), had_problem=problem, was_excused=excused
    ).filter(
        Q(there_at__isnull=False) | overdue, status__in=GONE, carrier_ref__isnull=False,
        shipped_at__gte=now - timedelta(days=rules.rated_days),
    )  # fmt: skip
    found = rows.values_list("carrier_ref").order_by().annotate(
        shipments=Count("pk"), late=Count("pk", filter=late), problems=Count("pk", filter=Q(had_problem=True)),
        good=Count("pk", filter=~(late & Q(due_on__isnull=False)) & Q(had_problem=False)),
    )  # fmt: skip
    return {carrier: Service(*numbers) for carrier, *numbers in found}


def _propose(carrier: Carrier, rules: CarrierRules, *, by: User, now: datetime) -> None:
    """Open while it is poor; taken back when it is better again. One that was kept is not proposed again this month."""
    if not rules.find_poor(carrier.rating):
        cancel_work(WorkKind.CARRIER_REPLACEMENT, carrier, by=by, outcome="better", now=now)
        return
    month = f"{timezone.localdate(now):%Y-%m}"
    proposed = open_items(carrier).filter(kind=WorkKind.CARRIER_REPLACEMENT).exists()
    if not proposed and not _was_kept(carrier, month):
        open_work(WorkKind.CARRIER_REPLACEMENT, carrier, by=by, role=Role.LOGISTICS, key=month, now=now)


def _was_kept(carrier: Carrier, month: str) -> bool:
    items = WorkItem.objects.filter(kind=WorkKind.CARRIER_REPLACEMENT, key=month, outcome="kept")
    return items.filter(subject_type=carrier._meta.label_lower, subject_id=carrier.pk).exists()
