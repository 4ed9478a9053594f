"""A yard in which everybody tries every act between approval and acceptance; hypothesis plays it.

What may leave the house is said here a second time, by hand, and counted from the rows.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from accounts.choices import Role
from accounts.models import system_user
from catalog.models import Product, StockLot, StockMovement, StockReservation
from catalog.services import correct_stock, receive_stock
from core.errors import DomainError
from credit.models import Receipt
from credit.services import confirm_receipt, refuse_receipt, report_receipt
from fulfillment import services
from fulfillment.models import DeliveryCheck, DispatchRequest, Inspection, Shipment
from fulfillment.services import ItemFinding, LineWord
from fulfillment.services.preparation import settle_shortage
from fulfillment.signing import token_of
from orders import services as order_services
from orders.models import Order, OrderLine
from tests.factories import fresh
from tests.fulfillment.factories import drawn
from tests.game import Game
from workflow.choices import Gate
from workflow.models import Hold, Waiver
from workflow.services import revoke_waiver

ROLES = [role for role in Role.values if role != Role.PARTNER]
# Those whose work it is come up more often: a game of refusals alone proves little.
AT_WORK = (Role.WAREHOUSE, Role.LOGISTICS, Role.QUALITY, Role.PRODUCTION, Role.FINANCE, Role.GENERAL_MANAGER)
EVERYBODY = st.one_of(st.sampled_from(AT_WORK), st.sampled_from(ROLES))
ORDERS = st.sampled_from([0, 1, 2])
QUANTITIES = st.sampled_from([1, 4, 10, 11])
DOORS = st.sampled_from(["service", "page"])
STEPS = ("promise", "deposit", "start", "inspect", "pay", "prepare", "check", "dispatch", "sign")
LEFT = ("dispatched", "accepted")


@dataclass(frozen=True)
class Start:
    """Which order is worked on first, and which of the usual steps are forgotten or taken otherwise."""

    order: int = 0
    steps: tuple[str, ...] = STEPS

    def without(self, *steps: str) -> "Start":
        return replace(self, steps=tuple(step for step in self.steps if step not in steps))

    def with_instead(self, step: str, *others: str) -> "Start":
        at = self.steps.index(step)
        return replace(self, steps=(*self.steps[:at], *others, *self.steps[at + 1 :]))


class Yard(Game):
    """Three approved orders of ten of one product, of which twelve are in stock."""

    orders: list[Order]
    product: Product
    left = accepted = 0

    def __init__(self) -> None:
        super().__init__()
        self.known: set[int] = set()

    @initialize(order=ORDERS, skipped=st.sets(st.sampled_from(STEPS), max_size=1))
    def somebody_works(self, order: int, skipped: set[str]) -> None:
        self.begin(Start(order).without(*skipped))

    def begin(self, start: Start) -> None:
        for step in start.steps:
            self.take(step, start.order)
            self.whoever_left_was_allowed_to()

    # ---- what people do --------------------------------------------------------------------------------------------

    @rule(order=ORDERS, skipped=st.sets(st.sampled_from(STEPS), max_size=1))
    def everybody_works(self, order: int, skipped: set[str]) -> None:
        self.begin(Start(order).without(*skipped))

    @rule(who=EVERYBODY, order=ORDERS, act=st.sampled_from(["start_production", "mark_accepted"]))
    def move_the_order_on(self, who: str, order: int, act: str) -> None:
        self.attempt(getattr(order_services, act), who, order=self.order(order))

    @rule(who=EVERYBODY, order=ORDERS, passed=st.booleans(), door=DOORS)
    def inspect(self, who: str, order: int, passed: bool, door: str) -> None:
        line = self.order(order).lines.get()
        if door == "page":
            words = {f"result_{line.pk}": "passed" if passed else "failed", f"remark_{line.pk}": "划痕"}
            return self.post(who, f"/fulfillment/orders/{line.order_id}/inspection/", words)
        return self.inspected(order, who, passed=passed)

    @rule(who=EVERYBODY, order=ORDERS, amount=st.sampled_from([1, 15_000, 50_000]), confirmed=st.booleans())
    def pay(self, who: str, order: int, amount: int, confirmed: bool) -> None:
        self.paid(order, amount, who)
        if receipt := Receipt.objects.filter(status="reported").last():
            self.attempt(confirm_receipt if confirmed else refuse_receipt, who, receipt=receipt,
                         **({} if confirmed else {"reason": "未到账"}))  # fmt: skip

    @rule(who=EVERYBODY, order=ORDERS, cap=st.sampled_from([10, 20_000, 90_000]))
    def approve_specially(self, who: str, order: int, cap: int) -> None:
        self.waived(order, who, cap)

    @rule(who=EVERYBODY)
    def take_back(self, who: str) -> None:
        for waiver in Waiver.objects.filter(status="granted"):
            with suppress(DomainError), transaction.atomic():
                revoke_waiver(waiver, reason="不行", by=self.people[who])

    @rule(who=EVERYBODY, order=ORDERS, quantity=QUANTITIES)
    def ask_dispatch(self, who: str, order: int, quantity: int) -> None:
        line = self.order(order).lines.get()
        wanted = services.Wanted(wanted_date=timezone.localdate())
        words = {"quantities": {line.pk: Decimal(quantity)}, "wanted": wanted}
        self.attempt(services.request_dispatch, who, order=line.order, **words)

    @rule(who=EVERYBODY, yes=st.booleans())
    def answer_the_request(self, who: str, yes: bool) -> None:
        if request := DispatchRequest.objects.last():
            service: Any = services.order_dispatch if yes else services.return_dispatch_request
            words = {"carrier": "顺丰"} if yes else {"reason": "地址不对"}
            self.attempt(service, who, dispatch_request=request, **words)

    @rule(who=EVERYBODY, order=ORDERS, quantity=QUANTITIES, door=DOORS)
    def prepare(self, who: str, order: int, quantity: int, door: str) -> None:
        line = self.order(order).lines.get()
        if door == "page":
            words = {f"quantity_{line.pk}": quantity, "carrier": "顺丰", "mode": "road"}
            return self.post(who, f"/fulfillment/orders/{line.order_id}/ship/", words)
        return self.prepared(order, who, quantity)

    @rule(who=EVERYBODY, well=st.booleans())
    def check(self, who: str, well: bool) -> None:
        for shipment in self.shipments("prepared"):
            items = dict.fromkeys(DeliveryCheck.ITEMS, well)
            self.attempt(services.check_delivery, who, shipment=shipment, items=items, note="" if well else "破损")

    @rule(who=EVERYBODY, door=DOORS, status=st.sampled_from(["prepared", "dispatched", "canceled"]))
    def dispatch(self, who: str, door: str, status: str) -> None:
        day = timezone.localdate() + timedelta(days=9)
        words: dict[str, Any] = {"carrier": "顺丰", "waybill": "SF1", "expected_arrival": day}
        for shipment in self.shipments(status)[:1]:
            if door == "page":
                self.post(who, f"/fulfillment/shipments/{shipment.pk}/dispatch/", words)
            else:
                self.attempt(services.dispatch_shipment, who, shipment=shipment, **words)

    @rule(who=EVERYBODY, status=st.sampled_from(["prepared", "dispatched"]))
    def cancel(self, who: str, status: str) -> None:
        for shipment in self.shipments(status)[:1]:
            self.attempt(services.cancel_shipment, who, shipment=shipment, reason="改期")

    @rule(who=EVERYBODY)
    def miss_goods(self, who: str) -> None:
        for shipment in self.shipments("prepared")[:1]:
            day = timezone.localdate() + timedelta(days=3)
            self.attempt(services.report_shortage, who, shipment=shipment, reason="缺货", new_date=day)
            for shortage in shipment.shortages.all():
                self.attempt(settle_shortage, who, shortage=shortage, measure="补货")

    @rule(who=EVERYBODY, quantity=st.sampled_from([0, 3, 4, 10]), result=st.sampled_from(["accepted", "refused"]))
    def receive_on_paper(self, who: str, quantity: int, result: str) -> None:
        for shipment in self.shipments("dispatched")[:1]:
            scan = SimpleUploadedFile("note.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
            words = self.words_of(shipment, quantity, result)
            self.attempt(services.accept_shipment, who, shipment=shipment, words=words, signer_name="李明", scan=scan)

    @rule(quantity=st.sampled_from([0, 4, 10]), result=st.sampled_from(["accepted", "refused"]))
    def sign_on_a_telephone(self, quantity: int, result: str) -> None:
        self.signed(quantity, result)

    @rule(who=EVERYBODY, order=ORDERS, held=st.booleans())
    def hold_or_release(self, who: str, order: int, held: bool) -> None:
        if held:
            return self.attempt(order_services.hold_order, who, order=self.order(order), kind="other", reason="等等")
        for hold in Hold.objects.filter(subject_id=self.orders[order].pk, released_at=None):
            self.attempt(order_services.release_order, who, order=self.order(order), hold=hold, note="好了")
        return None

    @rule(who=EVERYBODY, order=ORDERS)
    def cancel_the_order(self, who: str, order: int) -> None:
        self.attempt(order_services.cancel_order, who, order=self.order(order), reason="不要了")

    @rule(who=EVERYBODY, counted=st.sampled_from([0, 5, 40]))
    def count_the_stock(self, who: str, counted: int) -> None:
        for lot in StockLot.objects.filter(product=self.product):
            self.attempt(correct_stock, who, lot=lot, counted=Decimal(counted), reason="盘点")

    @rule(who=EVERYBODY)
    def goods_come_in(self, who: str) -> None:
        self.attempt(receive_stock, who, product=self.product, quantity=Decimal(3), batch="新批")

    # ---- what must hold --------------------------------------------------------------------------------------------

    @invariant()
    def whoever_left_was_allowed_to(self) -> None:
        """Looked at in the moment the goods are gone: nothing dispatched unpaid, uninspected, unchecked or on hold."""
        for shipment in Shipment.objects.filter(status__in=LEFT).exclude(pk__in=self.known).select_related("order"):
            self.known.add(shipment.pk)
            type(self).left += 1
            problems = list(lacking(shipment))
            assert not problems, problems

    @invariant()
    def stock_is_the_sum_of_its_ledger(self) -> None:
        for lot in StockLot.objects.all():
            moved = StockMovement.objects.filter(lot=lot).aggregate(n=Sum("quantity"))["n"] or 0
            promised = StockReservation.objects.filter(lot=lot).aggregate(n=Sum("quantity"))["n"] or 0
            assert moved == lot.on_hand and promised == lot.reserved and 0 <= promised <= moved, lot

    @invariant()
    def quantities_and_statuses_agree(self) -> None:
        for line in OrderLine.objects.select_related("order"):
            problems = list(disagreements(line))
            assert not problems, problems
            type(self).accepted += line.order.status == "accepted"

    # ---- hands -----------------------------------------------------------------------------------------------------

    def take(self, step: str, order: int) -> None:
        """A step of the usual way by whom it is usual."""
        what, _by, number = step.partition(" ")
        self.usual()[what](order, int(number) if number else 0)

    def usual(self) -> dict[str, Callable[[int, int], None]]:
        return {
            "promise": lambda order, _n: self.attempt(
                order_services.record_promise, Role.PRODUCTION, order=self.order(order),
                dates={self.order(order).lines.get().pk: timezone.localdate() + timedelta(days=9)},
            ),
            "deposit": lambda order, n: self.confirmed(order, n or 15_000),
            "start": lambda order, _n: self.attempt(
                order_services.start_production, Role.PRODUCTION, order=self.order(order)
            ),
            "inspect": lambda order, _n: self.inspected(order, Role.QUALITY),
            "fail": lambda order, _n: self.inspected(order, Role.QUALITY, passed=False),
            "pay": lambda order, n: self.confirmed(order, n or 50_000),
            "waive": lambda order, n: self.waived(order, Role.GENERAL_MANAGER, n),
            "prepare": lambda order, n: self.prepared(order, Role.LOGISTICS, n or 10),
            "check": lambda _order, _n: self.check(Role.WAREHOUSE, well=True),
            "hold": lambda order, _n: self.hold_or_release(Role.ORDER_CENTER, order, held=True),
            "dispatch": lambda _order, _n: self.dispatch(Role.WAREHOUSE, "service", "prepared"),
            "sign": lambda _order, n: self.signed(n or 10, "accepted"),
        }  # fmt: skip

    def inspected(self, order: int, who: str, *, passed: bool = True) -> None:
        line = self.order(order).lines.get()
        finding = ItemFinding(passed, "" if passed else "划痕")
        self.attempt(services.record_inspection, who, order=line.order, findings={line.pk: finding})

    def prepared(self, order: int, who: str, quantity: int) -> None:
        line = self.order(order).lines.get()
        self.attempt(services.create_shipment, who, order=line.order, quantities={line.pk: Decimal(quantity)})

    def paid(self, order: int, amount: int, who: str) -> None:
        row = self.order(order)
        words = {"reference": row.number, "amount": Decimal(amount), "currency": "CNY"}
        self.attempt(report_receipt, who, customer=row.buyer, **words)

    def confirmed(self, order: int, amount: int) -> None:
        self.paid(order, amount, Role.INSIDE_SALES)
        self.attempt(confirm_receipt, Role.FINANCE, receipt=Receipt.objects.last())

    def waived(self, order: int, who: str, cap: int) -> None:
        words = {"gate": Gate.PAYMENT, "reason": "特批", "cap": Decimal(cap)}
        self.attempt(order_services.grant_order_waiver, who, order=self.order(order), **words)

    def signed(self, quantity: int, result: str) -> None:
        for shipment in self.shipments("dispatched")[:1]:
            token = token_of(shipment.pk, shipment.signing_seed)
            words: Any = {"words": self.words_of(shipment, quantity, result), "signature": drawn()}
            with suppress(DomainError), transaction.atomic():
                services.sign_delivery(token=token, signer_name="李明", by=system_user(), **words)

    def words_of(self, shipment: Shipment, quantity: int, result: str) -> dict[int, LineWord]:
        remark = "" if result == "accepted" else "破损"
        return {line.pk: LineWord(Decimal(quantity), result, remark) for line in shipment.lines.all()}

    def attempt(self, service: Any, who: str, **words: Any) -> None:
        with suppress(DomainError), transaction.atomic():
            service(by=self.people[who], **words)

    def order(self, index: int) -> Order:
        return fresh(self.orders[index])

    def shipments(self, status: str) -> list[Shipment]:
        return list(Shipment.objects.filter(status=status).order_by("-pk"))


def lacking(shipment: Shipment) -> Iterator[str]:
    """What goods should not have left without, reckoned apart from the guards."""
    order = shipment.order
    percents = {term.due_event: term.percent for term in order.terms.all()}
    due = order.amount * (percents.get("before_production", 0) + percents.get("before_shipment", 0)) / 100
    own = Receipt.objects.filter(reference=order.number, customer=order.customer, currency="CNY", status="confirmed")
    missing = due - sum(receipt.amount for receipt in own)
    used = Waiver.objects.filter(subject_id=order.pk, gate="payment", status="used", used_reference=shipment.number)
    if missing > 0 and not used.filter(cap__gte=missing).exists():
        yield f"{missing} of the money"
    last = Inspection.objects.filter(order=order, kind="final").order_by("pk").last()
    if last is None or last.result != "passed":
        yield "a passed final inspection"
    check = DeliveryCheck.objects.filter(shipment=shipment).first()
    if check is None or not all(getattr(check, item) for item in DeliveryCheck.ITEMS):
        yield "the check before it leaves"
    if Hold.objects.filter(subject_id=order.pk, released_at=None).exists():
        yield "a release of the hold"


def disagreements(line: OrderLine) -> Iterator[str]:
    """Delivered, shipped, ordered; the papers, the stock and the status say the same."""
    left = line.shipment_lines.filter(shipment__status__in=LEFT).aggregate(n=Sum("quantity"))["n"] or 0
    ready = line.shipment_lines.filter(shipment__status="prepared").aggregate(n=Sum("quantity"))["n"] or 0
    taken = StockMovement.objects.filter(reference=line.order.number, kind="taken").aggregate(n=Sum("quantity"))["n"]
    if not line.quantity_accepted <= line.quantity_shipped <= line.quantity:
        yield f"{line.quantity_accepted} accepted of {line.quantity_shipped} shipped of {line.quantity}"
    if left != line.quantity_shipped or left + ready > line.quantity:
        yield f"{left} left and {ready} ready of {line.quantity}, {line.quantity_shipped} shipped"
    if -(taken or 0) != left:
        yield f"{taken} out of stock, {left} left"
    status, everything = line.order.status, left == line.quantity
    if everything != (status in ("shipped", "accepted", "closed")):
        yield f"{status} with {left} of {line.quantity}"
    if status == "accepted" and line.order.shipments.filter(status="dispatched").exists():
        yield "accepted with goods under way"
