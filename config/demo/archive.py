"""Customers, products and stock of the demo company."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalog.models import Product, ProductFamily, StockLot, Warehouse
from catalog.services import (
    Found,
    draw_count,
    post_count,
    receive_stock,
    save_product,
    save_warehouse,
    transfer_stock,
)
from credit.services import set_credit_limit
from customers.choices import PaperKind, Size, Tier
from customers.models import Address, Contact, Customer, Partner
from customers.services import file_paper, save_customer
from customers.services.partners import create_partner

FAMILIES = (("SRV", "服务器"), ("STO", "存储"), ("NET", "网络设备"), ("SVC", "服务"))
# family, code, name, English name, specification, list price, floor price, lead time in days, stock
PRODUCTS = (
    ("SRV", "S-001", "服务器A型", "Server type A", "2U/双路/64G", 5000, 4500, 7, 120),
    ("SRV", "S-002", "服务器B型", "Server type B", "4U/四路/256G", 18800, 16900, 14, 24),
    ("SRV", "S-010", "边缘计算盒", "Edge computing box", "无风扇/16G", 3200, 2850, 5, 200),
    ("STO", "D-100", "磁盘阵列柜", "Disk array", "24盘位/SAS", 26500, 23800, 21, 8),
    ("STO", "D-101", "企业级硬盘 16T", "Enterprise drive 16T", "SAS 12G", 2380, 2100, 3, 640),
    ("NET", "N-200", "万兆交换机", "10G switch", "48口", 9600, 8600, 7, 46),
    ("NET", "N-210", "无线接入点", "Wireless access point", "Wi-Fi 7", 1280, 1090, 3, 380),
    ("NET", "N-300", "机柜 42U", "Rack 42U", "600×1000", 2600, 2300, 10, 0),
    ("SVC", "V-900", "上门安装", "On-site installation", "每次", 800, 600, 1, 0),
)
Row = tuple[str, str, str, str, Size, Tier, str, str, str, int]

# name, short name, industry, region, size, class, contact, telephone, address, credit limit
CUSTOMERS = (
    ("科技有限公司", "科技", "信息技术", "华北", Size.MEDIUM, Tier.KEY, "李建国", "13810012001",
     "北京市海淀区路1号", 800000),
    ("贸易公司", "贸易", "批发贸易", "华东", Size.SMALL, Tier.ORDINARY, "张秀英", "13910023002",
     "上海市静安区路88号", 150000),
    ("深圳市华创智能制造有限公司", "华创智能", "制造", "华南", Size.LARGE, Tier.KEY, "黄志强", "13510034003",
     "深圳市宝安区福永街道工业大道66号", 1500000),
    ("杭州云谷数据服务有限公司", "云谷数据", "信息技术", "华东", Size.MEDIUM, Tier.KEY, "徐静", "13710045004",
     "杭州市西湖区云栖小镇2号楼", 600000),
    ("成都天府医疗器械有限公司", "天府医疗", "医疗", "西南", Size.MEDIUM, Tier.ORDINARY, "罗勇", "13610056005",
     "成都市高新区天府大道1000号", 300000),
    ("武汉长江大学信息中心", "长江大学", "教育", "华中", Size.LARGE, Tier.KEY, "马晓东", "13310067006",
     "武汉市洪山区珞喻路129号", 500000),
    ("西安古城文化传媒工作室", "古城文化", "文化", "西北", Size.MICRO, Tier.ORDINARY, "高原", "13210078007",
     "西安市雁塔区小寨东路11号", 20000),
    ("苏州工业园区精工电子有限公司", "精工电子", "制造", "华东", Size.LARGE, Tier.KEY, "林涛", "15010089008",
     "苏州工业园区星湖街328号", 900000),
)  # fmt: skip
PARTNER = ("广州南粤渠道科技有限公司", "南粤渠道", "渠道", "华南", Size.MEDIUM, Tier.KEY, "梁伟", "13410090009",
           "广州市天河区体育西路191号", 700000)  # fmt: skip


def _file_papers(customer: Customer, people: dict[str, User]) -> None:
    """All are in order; the two that end soon are work for the account manager."""
    ends = timezone.localdate() + timedelta(days=12 if customer.short_name in ("贸易", "天府医疗") else 400)
    file_paper(
        customer=customer, kind=PaperKind.BUSINESS_LICENSE, number=f"9111{customer.pk:06d}MA00X{customer.pk:03d}",
        issued_date=timezone.localdate() - timedelta(days=1500), by=people["inside_sales"],
    )  # fmt: skip
    file_paper(
        customer=customer, kind=PaperKind.CREDIT_RECORD, number=f"XY-{customer.pk:05d}",
        expires_date=ends, by=people["finance"],
    )  # fmt: skip


def make_newcomer(people: dict[str, User]) -> Customer:
    """A new customer that has shown its business licence and no credit record: the first order waits for it."""
    customer = save_customer(
        customer=Customer(),
        values={"name": "南京星桥自动化有限公司", "short_name": "星桥自动化", "industry": "制造", "region": "华东",
                "size": Size.SMALL, "tier": Tier.ORDINARY, "owner": people["sales"]},
        contacts=[Contact(name="苏敏", phone="13810091010", email="sumin@example.com", is_primary=True)],
        addresses=[Address(text="南京市江宁区秣周东路9号", receiver="苏敏", phone="13810091010", is_default=True)],
        by=people["sales"],
    )  # fmt: skip
    file_paper(customer=customer, kind=PaperKind.BUSINESS_LICENSE, number="91320115MA1X0J0K2L", by=people["sales"])
    return customer


def make_products(people: dict[str, User]) -> dict[str, Product]:
    families = {code: ProductFamily.objects.create(code=code, name=name) for code, name in FAMILIES}
    products = {}
    for family, code, name, english, specification, price, floor, days, stock in PRODUCTS:
        values = {
            "code": code, "name": name, "name_en": english, "family": families[family],
            "specification": specification, "unit": "次" if family == "SVC" else "台",
            "list_price": Decimal(price), "floor_price": Decimal(floor), "cost_price": Decimal(floor) * 4 / 5,
            "lead_time_days": days,
        }  # fmt: skip
        products[code] = save_product(product=Product(), values=values, by=people["order_center"])
        if stock:
            receive_stock(
                product=products[code], quantity=Decimal(stock), batch="2026-09A", by=people["warehouse"], now=_before()
            )
    return products


def _before() -> datetime:
    """The stock lay there before the first order of the demo took from it."""
    return timezone.now() - timedelta(days=120)


def make_second_warehouse(people: dict[str, User]) -> None:
    """Goods lie in two places, one of which was counted."""
    by, now = people["warehouse"], _before() + timedelta(days=1)
    values = {"code": "NORTH", "name": "北区仓库", "is_active": True}
    house = save_warehouse(warehouse=Warehouse(), values=values, by=by)
    for lot in StockLot.objects.order_by("pk").filter(on_hand__gte=10)[:3]:
        transfer_stock(lot=lot, warehouse=house, quantity=Decimal(5), note="分库存放", by=by, now=now)
    count = draw_count(warehouse=house, by=by, now=now)
    found = {line.pk: Found(line.book) for line in count.lines.all()}
    found[min(found)] = Found(Decimal(4), "一台外箱破损，转质量部")
    post_count(count=count, found=found, by=by, now=now)


def make_customers(people: dict[str, User]) -> list[Customer]:
    owners = (people["sales"], people["sales2"])
    return [_customer(row, owners[i % 2], people) for i, row in enumerate(CUSTOMERS)]


def make_partner(people: dict[str, User]) -> Partner:
    customer = _customer(PARTNER, people["sales"], people)
    return create_partner(customer=customer, by=people["admin"])


def _customer(row: Row, owner: User, people: dict[str, User]) -> Customer:
    name, short, industry, region, size, tier, contact, phone, address, limit = row
    customer = save_customer(
        customer=Customer(),
        values={"name": name, "short_name": short, "industry": industry, "region": region, "size": size,
                "tier": tier, "owner": owner},
        contacts=[Contact(name=contact, phone=phone, email=f"{phone}@example.com", is_primary=True)],
        addresses=[Address(text=address, receiver=contact, phone=phone, is_default=True)],
        by=people["inside_sales"],
    )  # fmt: skip
    _file_papers(customer, people)
    set_credit_limit(customer=customer, limit=Decimal(limit), reason="年度授信", by=people["finance"])
    return customer
