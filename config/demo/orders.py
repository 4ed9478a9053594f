"""The demo's orders: some closed, some under way, some that wait for somebody, one late, one of everything."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from catalog.models import Product
from config.demo.life import Life
from config.demo.quality import make_items
from customers.models import Customer, Partner
from fulfillment.services import save_step_template
from orders import services
from orders.choices import Department, DueEvent, OpinionResult, PreliminaryResult, Source
from orders.specs import LineSpec, OrderSpec, TermSpec

DEPOSIT = (TermSpec(DueEvent.BEFORE_PRODUCTION, Decimal(30)), TermSpec(DueEvent.ON_DELIVERY, Decimal(70)))
PREPAID = (TermSpec(DueEvent.BEFORE_SHIPMENT, Decimal(100)),)
MONTHLY = (TermSpec(DueEvent.AFTER_DELIVERY, Decimal(100), 30),)
ON_DELIVERY = (TermSpec(DueEvent.ON_DELIVERY, Decimal(100)),)
STEPS = ("preliminary", "opinions", "review", "approve", "reply", "deposit", "start", "follow_up", "inspect", "ship",
         "accept", "balance", "visit", "close")  # fmt: skip
# received how many days ago, customer, (product, quantity) …, terms, how many of STEPS are done
ORDERS = (
    (56, 0, (("S-001", 10),), DEPOSIT, 14),
    (52, 2, (("S-002", 2), ("D-101", 20)), DEPOSIT, 14),
    (49, 3, (("N-200", 3), ("N-210", 20)), PREPAID, 14),
    (45, 1, (("S-010", 5),), PREPAID, 14),
    (41, 5, (("S-001", 6), ("V-900", 1)), DEPOSIT, 14),
    (36, 7, (("D-101", 40),), ON_DELIVERY, 14),
    (31, 4, (("S-010", 12),), DEPOSIT, 13),
    (28, 2, (("S-001", 20), ("N-200", 2)), DEPOSIT, 12),
    (25, 3, (("N-210", 50),), DEPOSIT, 11),
    (22, 0, (("S-001", 8),), DEPOSIT, 10),
    (20, 7, (("S-002", 1), ("D-101", 12)), ON_DELIVERY, 10),
    (17, 5, (("N-200", 4),), DEPOSIT, 9),
    (16, 2, (("D-101", 6),), DEPOSIT, 9),
    (15, 4, (("S-010", 10), ("N-210", 10)), PREPAID, 8),
    (13, 2, (("S-001", 15),), DEPOSIT, 8),
    (11, 3, (("D-101", 24),), DEPOSIT, 6),
    (9, 0, (("S-002", 1),), DEPOSIT, 5),
    (8, 7, (("N-210", 30), ("N-200", 1)), PREPAID, 4),
    (7, 5, (("S-010", 8),), DEPOSIT, 4),
    (6, 2, (("S-001", 12),), DEPOSIT, 3),
    (5, 4, (("S-002", 4),), MONTHLY, 3),
    (4, 3, (("D-101", 30),), DEPOSIT, 2),
    (3, 1, (("S-010", 3),), PREPAID, 1),
    (2, 0, (("N-210", 16),), DEPOSIT, 1),
    (1, 7, (("S-001", 4), ("V-900", 1)), DEPOSIT, 0),
    (1, 6, (("N-210", 2),), PREPAID, 0),
)  # fmt: skip


def make_orders(
    people: dict[str, User],
    customers: list[Customer],
    products: dict[str, Product],
    partner: Partner,
    newcomer: Customer,
) -> int:
    """Make them all; answers how many."""
    _steps(people)
    for days, customer, goods, terms, done in ORDERS:
        _lead(Life(people, morning(days)), customers[customer], lines_of(products, goods), terms, done)
    _partner_order(people, partner, products)
    _returned(people, customers[6], products)
    _unclear(people, customers[1], products)
    _below_floor(people, customers[2], products)
    _canceled(people, customers[4], products)
    _draft(people, customers[0], products)
    Life(people, morning(1)).receive(newcomer, lines_of(products, (("S-010", 2),)), PREPAID, days=21)
    _small(people, customers[1], products)
    _at_risk(people, customers[0], products)
    _checklists(people)
    return len(ORDERS) + 9


def morning(days_ago: int) -> datetime:
    """09:10 so many days ago; a weekend's order came in on Friday."""
    day = timezone.localdate() - timedelta(days=days_ago)
    day -= timedelta(days=max(day.weekday() - 4, 0))
    return timezone.make_aware(datetime.combine(day, time(9, 10)))


def lines_of(products: dict[str, Product], goods: tuple[tuple[str, int], ...]) -> list[LineSpec]:
    return [LineSpec(Decimal(n), products[code].list_price, product=products[code]) for code, n in goods]


def _lead(life: Life, customer: Customer, lines: list[LineSpec], terms: tuple[TermSpec, ...], done: int) -> None:
    life.receive(customer, lines, terms, days=24)
    due = {term.due_event: int(term.percent) for term in terms}
    before = due.get(DueEvent.BEFORE_PRODUCTION, 0) + due.get(DueEvent.BEFORE_SHIPMENT, 0)
    for step in STEPS[:done]:
        if step == "deposit":
            life.pay(before) if before else None
        elif step == "balance":
            life.pay(100 - before) if before < 100 else None
        else:
            getattr(life, step)()


def _partner_order(people: dict[str, User], partner: Partner, products: dict[str, Product]) -> None:
    """Reviewed, and waiting for the partner's confirmation (R3.10)."""
    life, today = Life(people, morning(3)), timezone.localdate()
    spec = OrderSpec(
        customer=partner.customer, partner=partner, partner_reference="NY-2026-0417", end_customer="佛山陶瓷城",
        contact_name="梁伟", contact_phone="13410090009", salesperson=people["sales"], source=Source.PARTNER,
        lines=tuple(lines_of(products, (("N-210", 40),))), terms=DEPOSIT, ordered_date=morning(3).date(),
        requested_date=today + timedelta(days=20), delivery_address="佛山市禅城区季华西路68号", receiver="陈经理",
        receiver_phone="13430001111",
    )  # fmt: skip
    life.order = services.place_order(spec=spec, by=partner.user, now=life.at)
    for step in (life.preliminary, life.opinions, life.review, life.approve):
        step()


def _returned(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    life = Life(people, morning(4))
    life.receive(customer, lines_of(products, (("N-300", 3),)), MONTHLY, days=24)
    life.preliminary()
    life.opinions((Department.ENGINEERING, Department.PRODUCTION))
    services.give_opinion(
        order=life.order, department=Department.FINANCE, result=OpinionResult.UNFAVORABLE,
        remarks="小微客户不接受月结，请改为款到发货", by=people["finance"], now=life.later(1),
    )  # fmt: skip
    services.return_to_sales(
        order=life.fresh(), reason="付款方式请与客户重新商定", by=people["order_center"], now=life.later(1)
    )


def _unclear(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    life = Life(people, morning(1))
    life.receive(customer, lines_of(products, (("S-001", 2),)), PREPAID, days=21)
    services.review_preliminarily(
        order=life.order, result=PreliminaryResult.NEEDS_INFORMATION, by=people["inside_sales"], now=life.later(1),
        findings={"goods": {"ok": False, "remark": "内存规格与型号不符"}},
        remarks="请与客户确认内存规格：64G 还是 128G？",
    )  # fmt: skip


def _below_floor(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    """Waits for a special approval: below the floor price."""
    life = Life(people, morning(2))
    cheap = LineSpec(Decimal(10), Decimal(4200), product=products["S-001"])
    life.receive(customer, [cheap], DEPOSIT, days=24)
    life.preliminary()
    life.opinions()


def _canceled(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    life = Life(people, morning(19))
    life.receive(customer, lines_of(products, (("D-100", 1),)), DEPOSIT, days=30)
    life.preliminary()
    services.cancel_order(
        order=life.fresh(), reason="客户预算取消", by=life.order.salesperson or people["sales"], now=life.later(3)
    )


def _at_risk(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    """In production, and its date is in danger: warning, plan of action, contingency plan."""
    life = Life(people, morning(12))
    _lead(life, customer, lines_of(products, (("S-010", 14),)), MONTHLY, STEPS.index("follow_up"))
    life.prepare_for_the_worst()


def _draft(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    """The first example order, not handed in yet: what is missing shows field by field."""
    spec = OrderSpec(
        customer=customer, contact_name="李建国", salesperson=people["sales"], terms=DEPOSIT,
        lines=tuple(lines_of(products, (("S-001", 10),))), customization="需定制logo",
    )  # fmt: skip
    services.save_draft(spec=spec, by=people["sales"])


def _small(people: dict[str, User], customer: Customer, products: dict[str, Product]) -> None:
    """A small order of an ordinary customer: an uplift is proposed and waits for the order centre."""
    life = Life(people, morning(1))
    life.receive(customer, [LineSpec(Decimal(3), Decimal(180), description="机柜理线架", unit="套")], PREPAID, days=21)
    life.preliminary()


PRODUCTION_STEPS = (
    ("备料", "warehouse", 2, False),
    ("装配", "production", 4, True),
    ("老化测试", "quality", 1, False),
    ("包装", "warehouse", 1, False),
)


def _steps(people: dict[str, User]) -> None:
    """First: plans are drawn from them when production starts."""
    for position, (name, role, days, looked_at) in enumerate(PRODUCTION_STEPS, 1):
        save_step_template(
            position=position, name=name, role=role, days=days, is_inspected=looked_at, by=people["production"]
        )
    make_items(people)


CHECKLISTS = (
    (Department.ORDER_CENTER, "价格、币种、付款条件与报价一致", "Price, currency and terms as quoted"),
    (Department.FINANCE, "客户资质在有效期内", "The customer's papers are valid"),
    (Department.FINANCE, "无逾期欠款，或已约定还款", "No arrears, or repayment agreed"),
    (Department.ENGINEERING, "规格、图纸完整且可实现", "Specification and drawings complete and feasible"),
    (Department.PRODUCTION, "产能与物料满足交期", "Capacity and material meet the date"),
    (Department.WAREHOUSE, "库存与包装材料充足", "Stock and packaging suffice"),
)


def _checklists(people: dict[str, User]) -> None:
    """Last: what was reviewed before had none."""
    for position, (department, text, text_en) in enumerate(CHECKLISTS, 1):
        services.save_checklist_item(
            department=department, text=text, text_en=text_en, position=position, by=people["order_center"]
        )
