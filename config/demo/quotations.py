"""The demo's quotations: one of every state, two of them versions of one, each act by whoever does it."""

from datetime import timedelta
from decimal import Decimal

from accounts.models import User
from catalog.models import Product
from config.demo.life import Life
from config.demo.orders import DEPOSIT, lines_of, morning
from customers.models import Customer
from orders import services
from orders.choices import LossReason
from orders.models import Quotation
from orders.quotation_specs import QuotationSpec
from orders.services.quotation_steps import current_quotation_case
from orders.specs import LineSpec

STEPS = ("submit", "approve", "send", "accept", "order")
# written how many days ago, customer, (product, quantity) …, how many of STEPS are done, why it was lost
QUOTATIONS = (
    (40, 2, (("S-001", 8), ("N-200", 2)), 5, ""),
    (33, 5, (("D-100", 2),), 3, LossReason.PRICE),
    (27, 4, (("S-010", 15),), 3, LossReason.DELIVERY),
    (20, 7, (("N-210", 40),), 4, ""),
    (9, 3, (("D-101", 60),), 3, ""),
    (6, 0, (("S-002", 3), ("V-900", 3)), 2, ""),
    (2, 7, (("N-300", 12),), 1, ""),
    (1, 1, (("N-210", 8),), 0, ""),
)


def make_quotations(people: dict[str, User], customers: list[Customer], products: dict[str, Product]) -> int:
    """Make them all; answers how many."""
    for days, customer, goods, done, lost in QUOTATIONS:
        written = _Written(people, customers[customer], Life(people, morning(days)))
        written.write(lines_of(products, goods))
        for step in STEPS[:done]:
            getattr(written, step)()
        if lost:
            written.lose(lost)
    _revised(_Written(people, customers[2], Life(people, morning(12))), products["S-001"])
    return len(QUOTATIONS) + 2


class _Written:
    """One quotation and its clock."""

    def __init__(self, people: dict[str, User], customer: Customer, life: Life) -> None:
        self.people, self.customer, self.life = people, customer, life
        self.seller = customer.owner or people["sales"]
        self.quotation: Quotation

    def write(self, lines: list[LineSpec]) -> None:
        contact = self.customer.contacts.get()
        spec = QuotationSpec(
            customer=self.customer, lines=tuple(lines), terms=DEPOSIT, contact_name=contact.name,
            contact_phone=contact.phone, contact_email=contact.email, salesperson=self.seller,
            valid_until=self.life.at.date() + timedelta(days=45), lead_time_days=21,
        )  # fmt: skip
        self.quotation = services.save_quotation(spec=spec, by=self.seller, now=self.life.at)

    def submit(self) -> None:
        services.submit_quotation(quotation=self.quotation, by=self.seller, now=self.life.later(1))

    def approve(self) -> None:
        for role in ("sales_manager", "sales_director", "general_manager"):
            case = current_quotation_case(self.quotation)
            if case and case.status == "open":
                services.decide_quotation(
                    quotation=self.quotation, approve=True, comment="同意", by=self.people[role],
                    now=self.life.later(2),
                )  # fmt: skip

    def send(self) -> None:
        to = [self.customer.contacts.get().email]
        services.send_quotation(quotation=self.quotation, to=to, by=self.seller, now=self.life.later(1))

    def accept(self) -> None:
        services.accept_quotation(
            quotation=self.quotation, note="电话确认", by=self.seller, now=self.life.later(20)
        )  # fmt: skip

    def order(self) -> None:
        services.order_quotation(quotation=self.quotation, by=self.seller, now=self.life.later(2))

    def lose(self, reason: str) -> None:
        services.lose_quotation(quotation=self.quotation, reason=reason, by=self.seller, now=self.life.later(30))


def _revised(written: _Written, product: Product) -> None:
    """The customer asked for a better price: the second version went out."""
    written.write([LineSpec(Decimal(20), product.list_price, product=product)])
    for step in STEPS[:3]:
        getattr(written, step)()
    life = written.life
    former = written.quotation
    written.quotation = services.revise_quotation(quotation=former, by=written.seller, now=life.later(10))
    cheaper = [LineSpec(Decimal(20), Decimal(4700), product=product)]
    spec = QuotationSpec(
        customer=written.customer, lines=tuple(cheaper), terms=DEPOSIT, contact_name=former.contact_name,
        contact_phone=former.contact_phone, contact_email=former.contact_email, salesperson=written.seller,
        valid_until=former.valid_until, lead_time_days=14, remarks="年度框架价",
    )  # fmt: skip
    services.save_quotation(spec=spec, quotation=written.quotation, by=written.seller, now=life.later(0.5))
    for step in STEPS[:3]:
        getattr(written, step)()
