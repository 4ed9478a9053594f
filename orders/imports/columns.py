"""The fields of an order file, with the heads they go by; those of order table 1 first."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.imports import values
from core.imports.importer import Column
from core.masking import mask_name, mask_phone

MAX_QUANTITY = Decimal(1_000_000)
MAX_PRICE = Decimal(10_000_000)
MAX_AMOUNT = Decimal(1_000_000_000_000)


def quantity(text: str) -> Decimal:
    return values.decimal(text, places=3, largest=MAX_QUANTITY)


def price(text: str) -> Decimal:
    return values.decimal(text, places=4, largest=MAX_PRICE)


def amount(text: str) -> Decimal:
    return values.decimal(text, places=2, largest=MAX_AMOUNT)


def currency(text: str) -> str:
    code = text.upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise values.Unreadable("not_a_currency", text=text[:20])
    return code


def columns(day_order: str) -> tuple[Column, ...]:
    """`day_order`: how 10/05/2024 is meant, see core.imports.values.day."""

    def day(text: str) -> date:
        return values.day(text, order=day_order)

    return (
        Column("number", _("Order number"), required=True, max_length=50, parse=values.clean_code,
               aliases=("訂單編號", "订单编号", "訂單號", "订单号", "InvoiceNo", "Invoice", "order", "order id",
                "單號")),
        Column("customer_code", _("Customer code"), max_length=50, parse=values.clean_code,
               aliases=("CustomerID", "customer id", "客戶編號", "客户编号", "客戶代碼", "客户代码")),
        Column("customer_name", _("Customer"), max_length=200,
               aliases=("客戶名稱", "客户名称", "客戶", "客户", "customer name", "company")),
        Column("region", _("Region"), max_length=60, aliases=("Country", "地區", "地区", "國家", "国家", "區域")),
        Column("contact_name", _("Contact"), max_length=60, mask=mask_name,
               aliases=("聯繫人", "联系人", "contact name")),
        Column("contact_phone", _("Contact details"), max_length=32, parse=values.clean_code, mask=mask_phone,
               aliases=("聯繫方式", "联系方式", "電話", "电话", "phone", "telephone", "contact phone")),
        Column("ordered_date", _("Order date"), parse=day,
               aliases=("下單日期", "下单日期", "InvoiceDate", "訂單日期", "订单日期", "date")),
        Column("product_code", _("Product code"), max_length=40, parse=values.clean_code,
               aliases=("StockCode", "產品編號", "产品编号", "產品代碼", "产品代码", "料號", "料号", "sku",
                "item code")),
        Column("description", _("Product or service"), max_length=200,
               aliases=("產品/服務名稱", "产品/服务名称", "產品名稱", "产品名称", "品名", "Description", "product",
                "goods")),
        Column("specification", _("Specification"), max_length=200,
               aliases=("規格型號", "规格型号", "規格", "规格", "model")),
        Column("quantity", _("Quantity"), required=True, parse=quantity, aliases=("數量", "数量", "qty")),
        Column("unit", _("Unit"), max_length=20, aliases=("單位", "单位", "uom")),
        Column("unit_price", _("Unit price"), required=True, parse=price,
               aliases=("單價(元)", "单价(元)", "單價", "单价", "UnitPrice", "price")),
        Column("amount", _("Amount"), parse=amount,
               aliases=("總金額(元)", "总金额(元)", "總金額", "总金额", "金額", "金额", "total", "line total")),
        Column("currency", _("Currency"), parse=currency, aliases=("幣種", "币种", "貨幣", "货币")),
        Column("terms", _("Payment terms"), max_length=100, aliases=("付款方式", "付款條件", "付款条件", "payment")),
        Column("delivery_address", _("Delivery address"), max_length=300,
               aliases=("交付地址", "收貨地址", "收货地址", "送貨地址", "送货地址", "ship to")),
        Column("requested_date", _("Delivery date"), parse=day,
               aliases=("交付日期", "交貨日期", "交货日期", "requested date", "due date")),
        Column("salesperson", _("Salesperson"), max_length=80,
               aliases=("銷售負責人", "销售负责人", "業務員", "业务员", "sales", "account manager")),
        Column("remarks", _("Remarks"), max_length=1000, aliases=("備註", "备注", "note", "notes", "comment")),
    )  # fmt: skip
