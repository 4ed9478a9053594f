"""The demo's contracts: one in force, one that ends soon, a draft."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User, system_user
from catalog.models import Product
from customers.models import Customer
from orders import services
from orders.choices import ContractKind
from orders.models import Contract
from orders.services.contracts import ContractSpec
from orders.specs import AgreedSpec, spec_of

TERMS = "质保三年，四小时响应。\n付款：投产前 30%，到货 70%。"
# customer, title, in force since how many days, for how many days from today, amount, signed
CONTRACTS = (
    (2, "2026 年度服务器采购合同", 200, 165, 600_000, True),
    (3, "数据中心维保合同", 340, 20, 120_000, True),
    (7, "企业级硬盘供货合同", 0, 365, 0, False),
)


def make_contracts(people: dict[str, User], customers: list[Customer]) -> None:
    today = timezone.localdate()
    for place, title, since, until, amount, signed in CONTRACTS:
        customer = customers[place]
        seller = customer.owner or people["sales"]
        spec = ContractSpec(
            customer=customer, title=title, effective_date=today - timedelta(days=since), owner=seller,
            expiry_date=today + timedelta(days=until), amount=Decimal(amount), terms=TERMS,
        )  # fmt: skip
        contract = services.save_contract(spec=spec, by=seller)
        if signed:
            _sign(contract, seller)
    _framework(people, customers[7])
    services.remind_of_contracts(by=system_user())


def _framework(people: dict[str, User], customer: Customer) -> None:
    """Drives at a price of the year; one order has called off, a second is being written."""
    seller, today = customer.owner or people["sales"], timezone.localdate()
    goods = (
        AgreedSpec(
            Decimal(500), Decimal(2200), product=Product.objects.get(code="D-101"), minimum_quantity=Decimal(20)
        ),
        AgreedSpec(
            Decimal(200),
            Decimal(1150),
            product=Product.objects.get(code="N-210"),
            valid_until=today + timedelta(days=120),
        ),
    )
    spec = ContractSpec(
        customer=customer, title="年度框架协议：硬盘与接入点", kind=ContractKind.FRAMEWORK, owner=seller, terms=TERMS,
        effective_date=today - timedelta(days=60), expiry_date=today + timedelta(days=305), lines=goods,
    )  # fmt: skip
    contract = services.save_contract(spec=spec, by=seller)
    _sign(contract, seller)
    drives, points = contract.lines.all()
    order = services.call_off(contract=contract, quantities={drives.pk: Decimal(120)}, by=seller)
    complete = replace(spec_of(order), requested_date=today + timedelta(days=21))
    services.receive_order(order=services.save_draft(spec=complete, order=order, by=seller), by=seller)
    services.call_off(contract=contract, quantities={points.pk: Decimal(40)}, by=seller)


def _sign(contract: Contract, seller: User) -> None:
    file = SimpleUploadedFile(f"{contract.number}.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    services.sign_contract(contract=contract, signed_date=contract.effective_date, upload=file, by=seller)
    order = contract.customer.orders.filter(number__isnull=False).order_by("pk").first()
    if order:
        services.link_order(contract=contract, order=order, by=seller)
