"""Leads an order through its life on the days it would have happened, each act by whoever does it."""

import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import User
from aftersales.services import record_visit
from config.demo.quality import in_order
from credit.services import confirm_receipt
from customers.models import Customer
from fulfillment.choices import FollowUpStage
from fulfillment.inspected import ItemFinding, goods_of_order
from fulfillment.models import Carrier, DeliveryCheck
from fulfillment.services import (
    accept_shipment,
    check_delivery,
    create_shipment,
    dispatch_shipment,
    plan_contingency,
    record_follow_up,
    record_inspection,
    record_preparation,
    reply_production,
)
from fulfillment.services.acceptance import LineWord
from orders import services
from orders.choices import CheckCode, CheckOutcome, Department, OpinionResult, PreliminaryResult
from orders.ladder import current_case
from orders.models import Order
from orders.specs import LineSpec, OrderSpec, TermSpec
from workflow import calendar
from workflow.business_time import add_working_time


class Life:
    """One order of the demo; `at` runs through working hours only."""

    def __init__(self, people: dict[str, User], at: datetime) -> None:
        self.people, self.at = people, at
        self.order: Order

    def later(self, hours: float) -> datetime:
        """The clock after so many working hours."""
        self.at = add_working_time(calendar.current_calendar(), self.at, timedelta(hours=hours)).at
        return self.at

    def fresh(self) -> Order:
        self.order = Order.objects.get(pk=self.order.pk)
        return self.order

    def receive(self, customer: Customer, lines: list[LineSpec], terms: tuple[TermSpec, ...], days: int) -> None:
        contact, address = customer.contacts.get(), customer.addresses.get()
        start = self.at.date()
        spec = OrderSpec(
            customer=customer, contact=contact, salesperson=customer.owner, lines=tuple(lines), terms=terms,
            ordered_date=start, requested_date=start + timedelta(days=days), delivery_address=address.text,
            receiver=address.receiver, receiver_phone=address.phone,
        )  # fmt: skip
        self.order = services.place_order(spec=spec, by=customer.owner or self.people["sales"], now=self.at)

    def preliminary(self) -> None:
        services.review_preliminarily(
            order=self.order, result=PreliminaryResult.PASSED, by=self.people["inside_sales"], now=self.later(1.5)
        )

    def opinions(self, departments: tuple[str, ...] = tuple(Department.values)) -> None:
        for department in departments:
            services.give_opinion(
                order=self.order, department=department, result=OpinionResult.FAVORABLE, lead_time_days=7,
                by=self.people[department], now=self.later(0.7),
            )  # fmt: skip

    def review(self) -> None:
        """Old customers who owe money are let through by name, each time."""
        rounds = self.fresh().rounds.filter(outcome="open")
        if rounds.filter(checks__code=CheckCode.ARREARS, checks__outcome=CheckOutcome.FAILED).exists():
            services.grant_order_waiver(
                order=self.order,
                gate=CheckCode.ARREARS,
                reason="老客户，已约定还款计划",
                by=self.people["sales_director"],
            )
        services.review_order(order=self.fresh(), by=self.people["order_center"], now=self.later(1))

    def approve(self) -> None:
        for role in ("sales_manager", "sales_director", "general_manager"):
            case = current_case(self.fresh())
            if case and case.status == "open":
                services.decide_approval(
                    order=self.order, approve=True, comment="同意", by=self.people[role], now=self.later(2)
                )

    def prepare_for_the_worst(self) -> None:
        """Material is late: the manager is warned, and there is another plan."""
        self.follow_up(
            record="已装配 6 台", problem="电源模块延迟到货", measure="催货", delay_risk=True,
            plan_of_action="向第二供应商采购，周末加班", new_date=(self.at + timedelta(days=12)).date(),
        )  # fmt: skip
        plan_contingency(
            order=self.fresh(), cause="material", situation="电源模块供应商停产检修",
            measures="启用第二供应商，差额运费由我方承担", responsible=self.people["purchasing"],
            due_date=(timezone.localtime() + timedelta(days=4)).date(), by=self.people["sales_manager"],
        )  # fmt: skip

    def reply(self, late_by: int = 0) -> None:
        day = (self.fresh().requested_date or self.at.date()) + timedelta(days=late_by)
        reply_production(order=self.order, promise_date=day, by=self.people["production"], now=self.later(2))

    def pay(self, percent: int) -> None:
        order = self.fresh()
        receipt = services.report_payment(
            order=order, amount=order.amount * percent / 100, by=self.people["inside_sales"],
            received_date=self.at.date(), bank_reference=f"ICBC{order.pk:06d}", now=self.later(3),
        )  # fmt: skip
        confirm_receipt(receipt=receipt, by=self.people["finance"], now=self.later(2))

    def start(self) -> None:
        services.start_production(order=self.fresh(), by=self.people["production"], now=self.later(3))

    def follow_up(self, **over: Any) -> None:
        """The salesperson writes down how it stands."""
        order = self.fresh()
        seller = order.salesperson or self.people["sales"]
        values: dict[str, Any] = {"record": "已完成备料，装配中", "next_step": "按计划送检", **over}
        record_follow_up(
            order=order, stage=FollowUpStage.PRODUCTION, responsible=self.people["production"],
            planned_date=order.promise_date, by=seller, now=self.later(6), **values,
        )  # fmt: skip

    def inspect(self) -> None:
        goods = goods_of_order(self.fresh())
        findings = {each.pk: ItemFinding(True, checks=in_order(each)) for each in goods}
        record_inspection(order=self.fresh(), findings=findings, by=self.people["quality"], now=self.later(24))

    def ship(self, share: Decimal = Decimal(1)) -> None:
        quantities = {line.pk: (line.quantity_open * share).quantize(Decimal(1)) for line in self.fresh().lines.all()}
        quantities = {pk: quantity for pk, quantity in quantities.items() if quantity > 0}
        arrival = (self.at + timedelta(days=3)).date()
        shipment = create_shipment(
            order=self.order, quantities=quantities, carrier_ref=Carrier.objects.get(code="SF"),
            expected_arrival=arrival, by=self.people["warehouse"], now=self.later(4),
        )  # fmt: skip
        record_preparation(
            shipment=shipment, inspection_report=f"QC-{self.order.number}", packaging="纸箱加固，标签齐全",
            by=self.people["warehouse"], now=self.later(1),
        )  # fmt: skip
        check_delivery(
            shipment=shipment, items=dict.fromkeys(DeliveryCheck.ITEMS, True), by=self.people["warehouse"],
            now=self.later(1),
        )  # fmt: skip
        left = self.later(3)
        dispatch_shipment(
            shipment=shipment, waybill=f"SF{1000000000 + shipment.pk}", by=self.people["warehouse"], now=left,
            expected_arrival=(left + timedelta(days=3)).date(),
        )  # fmt: skip

    def accept(self) -> None:
        seller = self.order.salesperson or self.people["sales"]
        for shipment in self.fresh().shipments.all():
            words = {line.pk: LineWord(line.quantity) for line in shipment.lines.all()}
            accept_shipment(
                shipment=shipment, words=words, signer_name=self.order.receiver, scan=signed_scan(shipment.number),
                by=seller, now=self.later(16),
            )  # fmt: skip

    def visit(self) -> None:
        record_visit(
            order=self.fresh(), use="设备运行正常", satisfaction=5, needs="明年扩容计划", at=None,
            by=self.order.salesperson or self.people["sales"], now=self.later(10),
        )  # fmt: skip

    def close(self) -> None:
        services.close_order(order=self.fresh(), by=self.order.salesperson or self.people["sales"], now=self.later(4))


def signed_scan(number: str) -> SimpleUploadedFile:
    """A picture of the signed note, as the paper way asks for."""
    image = Image.new("RGB", (640, 360), "white")
    ImageDraw.Draw(image).text((40, 160), f"Delivery note {number} - signed", fill="black")
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(f"{number}.png", out.getvalue(), "image/png")
