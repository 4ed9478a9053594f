"""The demo's inquiries: one of every state, over every channel; two applications to read contacts."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from config.demo.life import Life
from config.demo.orders import morning
from customers.choices import Channel
from customers.models import Customer, Inquiry
from customers.services import InquirySpec, NeedSpec, answer_inquiry, close_inquiry, record_inquiry
from customers.services.disclosures import apply_disclosure, grant_disclosure
from orders import services


def make_inquiries(people: dict[str, User], customers: list[Customer], products: dict[str, Product]) -> int:
    """Make them all; answers how many."""
    _open(people, products)
    _handed_over(people, customers[2])
    _answered(people, customers[3], products)
    _quoted(people, customers[7], products)
    _ordered(people, customers[4], products)
    _closed(people)
    _applications(people, customers)
    return 6


def _record(people: dict[str, User], days_ago: int, who: str, spec: InquirySpec) -> tuple[Inquiry, Life]:
    life = Life(people, morning(days_ago))
    return record_inquiry(spec=spec, by=people[who], now=life.at), life


def _need(products: dict[str, Product], code: str, quantity: int) -> NeedSpec:
    return NeedSpec(product=products[code], quantity=Decimal(quantity))


def _open(people: dict[str, User], products: dict[str, Product]) -> None:
    """Somebody new, by telephone, this morning."""
    _record(people, 0, "service", InquirySpec(
        channel=Channel.PHONE, prospect_name="宁波海曙港航物流有限公司", contact_name="何先生",
        contact_phone="13905740011", lines=(_need(products, "S-010", 12),), service_needs="码头现场安装与调试",
        wanted_date=timezone.localdate() + timedelta(days=30), analysis="首次询价，关注防尘与宽温。",
    ))  # fmt: skip


def _handed_over(people: dict[str, User], customer: Customer) -> None:
    """A special one: the salesperson has it until it is answered."""
    wish = NeedSpec(description="定制加固服务器", specification="-40~70℃，IP65", quantity=Decimal(20), unit="台")
    _record(people, 1, "inside_sales", InquirySpec(
        channel=Channel.CHAT, customer=customer, contact=customer.contacts.get(), lines=(wish,), is_special=True,
        salesperson=customer.owner, analysis="非标产品，需工程部评估后答复。",
    ))  # fmt: skip


def _answered(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    inquiry, life = _record(people, 2, "service", InquirySpec(
        channel=Channel.EMAIL, customer=customer, contact=customer.contacts.get(),
        lines=(_need(products, "D-101", 48),), salesperson=customer.owner,
    ))  # fmt: skip
    answer_inquiry(
        inquiry=inquiry, answer="现货 640 块，下单后三个工作日发出；含税单价 2,380 元。", channel=Channel.EMAIL,
        by=_seller(people, customer), now=life.later(3),
    )  # fmt: skip


def _quoted(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    inquiry, life = _record(people, 3, "service", InquirySpec(
        channel=Channel.VISIT, customer=customer, contact=customer.contacts.get(), salesperson=customer.owner,
        lines=(_need(products, "N-200", 4), _need(products, "N-300", 2)), service_needs="上架与布线",
    ))  # fmt: skip
    services.quote_inquiry(inquiry=inquiry, by=_seller(people, customer), now=life.later(4))


def _ordered(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    inquiry, life = _record(people, 1, "service", InquirySpec(
        channel=Channel.PHONE, customer=customer, contact=customer.contacts.get(), salesperson=customer.owner,
        lines=(_need(products, "S-001", 2),), wanted_date=timezone.localdate() + timedelta(days=25),
    ))  # fmt: skip
    services.order_inquiry(inquiry=inquiry, by=_seller(people, customer), now=life.later(2))


def _closed(people: dict[str, User]) -> None:
    wish = NeedSpec(description="旧款刀片服务器整机", quantity=Decimal(1), unit="台")
    inquiry, life = _record(people, 6, "service", InquirySpec(
        channel=Channel.PARTNER, prospect_name="温州瓯海电子商行", contact_name="叶女士",
        contact_email="ye@example.com", lines=(wish,),
    ))  # fmt: skip
    reason = "该型号已停产，对方不考虑替代产品。"
    close_inquiry(inquiry=inquiry, reason=reason, by=people["service"], now=life.later(2))


def _applications(people: dict[str, User], customers: list[Customer]) -> None:
    """Finance waits for the account manager's word; production reads for a month."""
    today = timezone.localdate()
    apply_disclosure(
        customer=customers[0], purpose="核对季度对账单的联系人", until_date=today + timedelta(days=14),
        by=people["finance"],
    )  # fmt: skip
    granted = apply_disclosure(
        customer=customers[2], purpose="与客户现场对接安装环境", until_date=today + timedelta(days=30),
        by=people["production"],
    )  # fmt: skip
    grant_disclosure(disclosure=granted, note="仅限安装事宜", by=_seller(people, customers[2]))


def _seller(people: dict[str, User], customer: Customer) -> User:
    return customer.owner or people["sales"]
