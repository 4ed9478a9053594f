"""Contracts for tests."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.choices import Role
from orders import services
from orders.models import Contract
from orders.services.contracts import ContractSpec
from tests.factories import make_customer, person


def contract_spec(**over: Any) -> ContractSpec:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "title": "服务器年度采购合同", "effective_date": today, "expiry_date": today + timedelta(days=365),
        "owner": person(Role.SALES), "amount": Decimal(300_000), "terms": "质保三年", **over,
    }  # fmt: skip
    return ContractSpec(**{"customer": values.pop("customer", None) or make_customer(), **values})


def make_contract(status: str = "draft", **over: Any) -> Contract:
    contract = services.save_contract(spec=contract_spec(**over), by=person(Role.SALES))
    if status != "draft":
        contract = sign(contract)
    if status == "ended":
        contract = services.end_contract(contract=contract, note="已履行完毕", by=person(Role.SALES))
    return contract


def signed_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("signed.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")


def sign(contract: Contract) -> Contract:
    today = timezone.localdate()
    return services.sign_contract(
        contract=contract, signed_date=today, upload=signed_file(), by=person(Role.SALES)
    )  # fmt: skip


def fresh_contract(contract: Contract) -> Contract:
    return Contract.objects.get(pk=contract.pk)
