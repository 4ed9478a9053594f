"""The demo's quality department: what it looks at, and a step that did not pass the first time."""

import io
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from catalog.models import Product, StockLot
from catalog.services import receive_stock
from fulfillment.choices import InspectionKind
from fulfillment.inspected import CheckFinding, Goods, ItemFinding, goods_of_line, goods_of_lot
from fulfillment.models import PlanStep
from fulfillment.services import (
    finish_step,
    record_inspection,
    save_inspection_template,
    start_step,
    take_over_step,
)
from orders.models import Order

VOLTS = {"minimum": Decimal("11.4"), "maximum": Decimal("12.6"), "unit": "V"}
ITEMS: tuple[tuple[InspectionKind, str, str, dict[str, Any]], ...] = (
    (InspectionKind.INCOMING, "包装与标识", "完好，型号与送货单一致", {}),
    (InspectionKind.IN_PROCESS, "电源输出电压", "", VOLTS),
    (InspectionKind.IN_PROCESS, "焊点与紧固", "无虚焊，螺钉到位", {}),
    (InspectionKind.FINAL, "外观", "无划痕、无缺件", {}),
    (InspectionKind.FINAL, "满载温升", "连续运行四小时", {"maximum": Decimal(45), "unit": "K"}),
)  # fmt: skip


def make_items(people: dict[str, User]) -> None:
    """Before the orders: their inspections ask for them."""
    for position, (kind, item, standard, limits) in enumerate(ITEMS, 1):
        save_inspection_template(
            kind=kind, position=position, item=item, standard=standard, by=people["quality"], **limits
        )


def in_order(goods: Goods) -> dict[int, CheckFinding]:
    """Every item as it should be; a measure at its limit."""
    limits = {item.pk: item.maximum or item.minimum for item in goods.items}
    return {pk: CheckFinding(measured=f"{limit.normalize():f}" if limit else "") for pk, limit in limits.items()}


def make_inspections(people: dict[str, User]) -> None:
    """After the orders: one batch that came in well, one that did not; the newest order's assembly to be done again."""
    if lot := StockLot.objects.filter(on_hand__gt=0).select_related("product").order_by("pk").first():
        goods = goods_of_lot(lot)[0]
        record_inspection(lot=lot, findings={0: ItemFinding(True, checks=in_order(goods))}, by=people["quality"])
    _fail_batches(people)
    order = Order.objects.filter(status="in_production", inspection_passed_at=None).order_by("-pk").first()
    if order is None:
        return
    material, assembly = PlanStep.objects.filter(order_line__order=order).select_related("order_line__product")[:2]
    start_step(step=material, by=people["warehouse"])
    finish_step(step=material, note="物料齐套", by=people["warehouse"])
    take_over_step(step=assembly, by=people["production"])
    start_step(step=assembly, by=people["production"])
    goods = goods_of_line(assembly.order_line)[0]
    volts, joints = goods.items
    checks = {volts.pk: CheckFinding(measured="12.9"), joints.pk: CheckFinding(True)}
    record_inspection(
        step=assembly, findings={goods.pk: ItemFinding(True, "电源板批次偏高", checks)}, photos=[_photo()],
        by=people["quality"],
    )  # fmt: skip


def _fail_batches(people: dict[str, User]) -> None:
    """One came in damp, before any of it was promised; of the other one was promised, and another lot stands in."""
    product = Product.objects.get(code="N-210")
    came_in = receive_stock(product=product, quantity=Decimal(6), batch="2026-1102", by=people["warehouse"])
    promised = StockLot.objects.select_related("product").filter(product__code="S-002", reserved__gt=0)[:1]
    for lot, found in [(came_in, "外箱受潮，内包装发霉"), *((lot, "电源接口松动") for lot in promised)]:
        finding = ItemFinding(False, found, in_order(goods_of_lot(lot)[0]))
        record_inspection(lot=lot, findings={0: finding}, by=people["quality"])


def _photo() -> SimpleUploadedFile:
    picture, out = Image.new("RGB", (640, 480), "#d9d4c8"), io.BytesIO()
    ImageDraw.Draw(picture).rectangle((180, 120, 460, 360), fill="#3c5a46", outline="#1d2b22", width=6)
    picture.save(out, "JPEG")
    return SimpleUploadedFile("电源板.jpg", out.getvalue(), "image/jpeg")
