"""What each act sends to the server: the same requests in every round, except where an act uses its subject up."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from core.keyset import Cursor, encode
from customers.models import Customer
from orders.models import Order
from tools.bench import execution, reviews
from tools.bench.company import CSRF, signed_in
from tools.bench.environment import Size
from tools.bench.server import Request
from workflow.models import ApprovalCase

PIECE = "精密"
STATUS = "closed"
DEEP = 0.9
FEW = 20  # requests a round, of what takes long or uses its order up
_references = itertools.count(1)


@dataclass
class Visits:
    """Requests of every act, by its name."""

    size: Size
    key: str
    waiting: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.partner = {"Authorization": f"Api-Key {self.key}"}
        self.clerk, self.manager = signed_in("order_center"), signed_in("sales_manager")
        self.seller, self.customer = signed_in("sales"), Customer.objects.order_by("pk")[0].code
        self.engineer, needed = signed_in("engineering"), (self.size.rounds + 1) * FEW
        self.drafts, self.in_review = reviews.drafts(needed), reviews.in_review(needed)
        self.reviewed = reviews.reviewed_in_rounds()
        cases = ApprovalCase.objects.filter(status="open", subject_type="orders.order").order_by("subject_id")
        self.waiting = list(cases.values_list("subject_id", flat=True)[: self.size.to_approve])
        self.keeper, self.planner = signed_in("warehouse"), signed_in("production")
        self.to_leave, self.to_sign = execution.wanted_by_many(self.size.at_once + 2)
        self.signer = signed_in(execution.signers(Order.objects.get(pk=self.to_sign[0]))[-1])
        mixed = Order.objects.filter(partner__isnull=False).exclude(status__in=["draft", "canceled"])
        self.shown = list(mixed.values_list("pk", "number")[:50])

    def of(self, act: str, number: int = 0) -> list[Request]:
        return list(itertools.islice(getattr(self, act)(), number or self.size.requests))

    def empty(self) -> Any:
        return itertools.repeat(Request("GET", "/api/bench/empty/", self.partner))

    def create(self) -> Any:
        headers = {**self.partner, "Content-Type": "application/json"}
        while True:
            body = json.dumps(order_body(f"B-{next(_references)}"), ensure_ascii=False)
            yield Request("POST", "/api/v1/orders/", headers, body, 201)

    def entry(self) -> Any:
        """The whole form as a browser posts it, kept as a draft; each time a new one."""
        headers = {**self.seller, "Content-Type": "application/x-www-form-urlencoded"}
        return itertools.repeat(Request("POST", "/orders/new/", headers, entry_form(self.customer, 100), 302))

    def submit(self) -> Any:
        while self.drafts:
            yield self._post(self.seller, f"/orders/{self.drafts.pop()}/receive/")

    def opinion(self) -> Any:
        said = "department=engineering&result=favorable&lead_time_days=7"
        while self.in_review:
            yield self._post(self.engineer, f"/orders/{self.in_review.pop()}/review/", said)

    def sheet(self) -> Any:
        return itertools.repeat(Request("GET", f"/orders/{self.reviewed}/review/", self.clerk))

    def _post(self, person: dict[str, str], path: str, said: str = "") -> Request:
        headers = {**person, "Content-Type": "application/x-www-form-urlencoded"}
        return Request("POST", path, headers, f"csrfmiddlewaretoken={CSRF}&{said}", 302)

    def approve(self) -> Any:
        return self._sign(self.manager, self.waiting)

    def goods(self) -> Any:
        """One leaves the house and one is promised, in turns."""
        return execution.alternate(self._leave(), self._sign(self.signer, self.to_sign))

    def _leave(self) -> Any:
        day = timezone.localdate() + timedelta(days=3)
        said = f"carrier={_quoted('顺丰')}&waybill=SF1&expected_arrival={day}"
        while self.to_leave:
            yield self._post(self.keeper, f"/fulfillment/shipments/{self.to_leave.pop()}/dispatch/", said)

    def _sign(self, person: dict[str, str], waiting: list[int]) -> Any:
        while waiting:
            yield self._post(person, f"/orders/{waiting.pop(0)}/approve/", "decision=approve&comment=")

    def list_page(self) -> Any:
        return itertools.repeat(Request("GET", f"/orders/?status={STATUS}&q={_quoted(PIECE)}", self.clerk))

    def first_page(self) -> Any:
        return itertools.repeat(Request("GET", "/orders/", self.clerk))

    def deep_page(self) -> Any:
        place = int(self.size.orders * (1 - DEEP)) + 60
        cursor = encode(Cursor(False, (place, place)))
        return itertools.repeat(Request("GET", f"/orders/?cursor={cursor}", self.clerk))

    def order_page(self) -> Any:
        return itertools.cycle(Request("GET", f"/orders/{pk}/", self.clerk) for pk, _number in self.shown)

    def order_api(self) -> Any:
        return itertools.cycle(Request("GET", f"/api/v1/orders/{number}/", self.partner) for _pk, number in self.shown)

    def dashboard(self) -> Any:
        return itertools.repeat(Request("GET", "/reports/dashboard/", self.manager))

    def board(self) -> Any:
        return itertools.repeat(Request("GET", "/fulfillment/plans/", self.planner))

    def ledger(self) -> Any:
        return itertools.repeat(Request("GET", "/products/movements/", self.keeper))

    def deep_ledger(self) -> Any:
        cursor = execution.deep_in_the_ledger(self.size.movements)
        return itertools.repeat(Request("GET", f"/products/movements/?cursor={cursor}", self.keeper))


def entry_form(customer: str, lines: int) -> str:
    today = timezone.localdate()
    fields: dict[str, Any] = {
        "csrfmiddlewaretoken": CSRF, "customer_text": customer, "contact_name": "李明", "source": "phone",
        "ordered_date": today, "requested_date": today + timedelta(days=30), "currency": "CNY", "version": 0,
        "delivery_address": "苏州市星湖街 328 号", "lines-TOTAL_FORMS": lines, "lines-INITIAL_FORMS": 0,
        "terms-TOTAL_FORMS": 1, "terms-INITIAL_FORMS": 0, "terms-0-percent": 100, "terms-0-due_event": "on_delivery",
    }  # fmt: skip
    for number in range(lines):
        fields |= {f"lines-{number}-description": f"P{1 + number:04d}", f"lines-{number}-quantity": 2}
    return urlencode(fields)


def order_body(reference: str) -> dict[str, Any]:
    return {
        "reference": reference,
        "end_customer": "终端用户",
        "requested_date": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "contact": {"name": "李明", "phone": "13800138000"},
        "delivery": {"address": "苏州市星湖街 328 号", "receiver": "李明", "phone": "13800138000"},
        "lines": [
            {"product_code": f"P{number:04d}", "quantity": "2", "unit_price": "1500.00"} for number in range(1, 6)
        ],
    }


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())
