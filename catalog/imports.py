"""Products with prices and opening stock from a file, and the list in the same layout (R2.7)."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS, may
from catalog.models import Product, ProductFamily, StockLot
from catalog.services import Delivery, create_products, receive_many, save_product
from core.imports import values
from core.imports.choices import Outcome
from core.imports.importer import Column, Group, Importer, OptionsForm, Row, single_groups
from core.models.imports import ROLES

LARGEST = Decimal(10_000_000)
BATCH = 5_000
BASICS = (
    "code",
    "name",
    "name_en",
    "family",
    "specification",
    "unit",
    "currency",
    "list_price",
    "floor_price",
    "lead_time_days",
)


def price(text: str) -> Decimal:
    number = values.decimal(text, places=4, largest=LARGEST)
    if number < 0:
        raise values.Unreadable("below_zero", text=text[:30])
    return number


def quantity(text: str) -> Decimal:
    number = values.decimal(text, places=3, largest=LARGEST)
    if number < 0:
        raise values.Unreadable("below_zero", text=text[:30])
    return number


def days(text: str) -> int:
    number = values.decimal(text, places=0, largest=Decimal(3650))
    if number < 0:
        raise values.Unreadable("below_zero", text=text[:30])
    return int(number)


class ProductOptions(OptionsForm):
    update = forms.BooleanField(
        label=_("Change products that are here already"), required=False,
        help_text=_("Prices and details take the values of the file; empty cells change nothing."),
    )  # fmt: skip
    batch = forms.CharField(
        label=_("Batch of the stock"), initial="OPENING", max_length=40,
        help_text=_("A product's stock of this batch is received once, however often the file is sent."),
    )  # fmt: skip


class ProductImporter(Importer):
    kind = "products"
    label = _("Products")
    thing = row_thing = _("products")
    form_class = ProductOptions
    roles = ROLES & ACTS["catalog.create_products"].roles
    list_url = "catalog:product-list"
    subject_type = "catalog.product"
    reasons = {
        "below_zero": _("“%(column)s”: %(text)s is below zero."),
        "floor_above_list": _("The floor price %(floor)s is above the list price %(list)s."),
        "unknown_family": _("There is no product family %(text)s."),
        "may_not_change": _("Your role may not change products that are here; ask a sales manager."),
        "may_not_stock": _("Your role may not receive stock; leave that column out, or ask the warehouse."),
        "will_change": _("It is here already and will be changed."),
        "stock_is_here": _("Stock of the batch %(batch)s is here already and is not received again."),
    }
    summary_words = {"products": _("new products"), "changes": _("changed products"), "lots": _("stock lots")}
    columns = (
        Column("code", _("Product code"), required=True, max_length=40, parse=values.clean_code,
               aliases=("產品編號", "产品编号", "產品代碼", "产品代码", "料號", "料号", "StockCode", "sku", "code")),
        Column("name", _("Product"), max_length=200,
               aliases=("產品名稱", "产品名称", "產品/服務名稱", "产品/服务名称", "品名", "Description", "name",
                "product name")),
        Column("name_en", _("English name"), max_length=200, aliases=("英文名稱", "英文名称")),
        Column("family", _("Product family"), max_length=80,
               aliases=("產品族", "产品族", "產品系列", "产品系列", "類別", "类别", "category")),
        Column("specification", _("Specification"), max_length=200, aliases=("規格型號", "规格型号", "規格", "规格")),
        Column("unit", _("Unit"), max_length=20, aliases=("單位", "单位")),
        Column("currency", _("Currency"), max_length=3, aliases=("幣種", "币种")),
        Column("list_price", _("List price"), parse=price,
               aliases=("標價", "标价", "單價(元)", "单价(元)", "單價", "单价", "UnitPrice", "price")),
        Column("floor_price", _("Floor price"), parse=price, aliases=("底價", "底价")),
        Column("lead_time_days", _("Lead time in days"), parse=days, aliases=("交期", "交期(天)", "lead time")),
        Column("stock", _("Stock"), parse=quantity, aliases=("庫存", "库存", "庫存數量", "库存数量", "on hand")),
    )  # fmt: skip

    def judge(self, row: Row) -> None:
        value = row.values
        floor, top = value.get("floor_price"), value.get("list_price")
        if floor is not None and top is not None and floor > top:
            row.refuse("floor_above_list", floor=str(floor), list=str(top))
        if value.get("stock") and not may(self.by, "catalog.receive_many"):
            row.refuse("may_not_stock")

    def check(self, rows: list[Row]) -> list[Group]:
        groups = single_groups(rows, "code")
        families = {name: family for family in ProductFamily.objects.all() for name in (family.name, family.code)}
        known, lots = self._known(groups)
        for group in groups:
            row = group.rows[0]
            value = row.values
            self._family(row, families)
            found = known.get(group.key)
            group.label = value.get("name") or (found.name if found else "")
            if value.get("stock") and group.key in lots:
                value["stock"] = None
                row.mend("stock_is_here", batch=self.options["batch"])
            if found and self.options["update"]:
                self._change(group, found)
            elif found:
                group.target_id, group.target_label = found.pk, found.code
                group.note("exists", key=found.code)
            elif not value.get("name"):
                row.refuse("required", column=str(_("Product")))
        return groups

    def _family(self, row: Row, families: dict[str, ProductFamily]) -> None:
        name = row.values.get("family")
        row.values["family"] = families.get(name) if name else None
        if name and not row.values["family"]:
            row.refuse("unknown_family", text=name)

    def _change(self, group: Group, found: Product) -> None:
        row = group.rows[0]
        row.values["product"] = found
        group.note("will_change")
        floor = row.values.get("floor_price")
        top = row.values.get("list_price")
        floor, top = found.floor_price if floor is None else floor, found.list_price if top is None else top
        if floor > top and not row.refused:
            row.refuse("floor_above_list", floor=str(floor), list=str(top))
        if not may(self.by, "catalog.save_product"):
            row.refuse("may_not_change")

    def _known(self, groups: list[Group]) -> tuple[dict[str, Product], set[str]]:
        known: dict[str, Product] = {}
        lots: set[str] = set()
        codes = [group.key for group in groups]
        for start in range(0, len(codes), BATCH):
            some = codes[start : start + BATCH]
            known |= {product.code: product for product in Product.objects.filter(code__in=some)}
            here = StockLot.objects.filter(batch=self.options["batch"], product__code__in=some)
            lots |= set(here.values_list("product__code", flat=True))
        return known, lots

    def take(self, groups: list[Group]) -> None:
        new = [group for group in groups if "product" not in group.rows[0].values]
        made = create_products(products=[self._new(group.rows[0].values) for group in new], by=self.by)
        for group, product in zip(new, made, strict=True):
            group.rows[0].values["made"] = product
        for group in groups:
            value = group.rows[0].values
            product = value.get("made") or self._save(value)
            group.target_id, group.target_label, value["made"] = product.pk, product.code, product
        deliveries = [
            Delivery(group.rows[0].values["made"], group.rows[0].values["stock"], self.options["batch"])
            for group in groups if group.rows[0].values.get("stock")
        ]  # fmt: skip
        if deliveries:
            receive_many(deliveries=deliveries, by=self.by, reference=self.options["batch"])

    def _new(self, value: dict[str, Any]) -> Product:
        return Product(**{name: value[name] for name in BASICS if value.get(name) not in (None, "")})

    def _save(self, value: dict[str, Any]) -> Product:
        given = {name: value[name] for name in BASICS if value.get(name) not in (None, "")}
        return save_product(product=value["product"], values=given, by=self.by)

    def summary(self, groups: Iterable[Group]) -> dict[str, int]:
        to_take = [group for group in groups if group.outcome not in (Outcome.REFUSED, Outcome.DUPLICATE)]
        changes = sum("product" in group.rows[0].values for group in to_take)
        lots = sum(bool(group.rows[0].values.get("stock")) for group in to_take)
        return {"products": len(to_take) - changes, "changes": changes, "lots": lots}

    def exported(self) -> Iterator[list[Any]]:
        for product in Product.objects.select_related("family").with_stock().order_by("pk").iterator(chunk_size=500):
            basics = [getattr(product, name) for name in BASICS]
            yield [*("" if value is None else _plain(value) for value in basics), _plain(product.on_hand)]  # type: ignore[attr-defined]


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    return value if isinstance(value, int) else str(value)
