"""The steps of an order's path, each by the person whose work it is, on the pages where it is done."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from catalog.models import Product
from customers.choices import REQUIRED_PAPERS
from customers.models import Customer
from fulfillment.models import DeliveryCheck
from orders.choices import Department
from orders.models import Order
from tests.e2e.conftest import pk_in
from tests.e2e.people import PATIENCE, Office, Person

CUSTOMER, CONTACT, ADDRESS = "深圳市华创智能制造有限公司", "黄志强", "深圳市宝安区福永街道工业大道66号"
EVERYBODY = (
    "sales", "inside_sales", "order_center", "finance", "engineering", "production", "quality", "warehouse",
    "logistics", "aftersales", "sales_manager", "sales_director", "general_manager",
)  # fmt: skip


def of(name: str, order: Order, *more: Any) -> str:
    """The address of an act on the order."""
    return reverse(name, args=[order.pk, *more])


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


# --- what must stand before the order


def create_product(office: Office, code: str, *, price: int = 5000, stock: int = 100) -> Product:
    """The order centre enters it, the warehouse takes it into stock."""
    centre = office["order_center"].goes(reverse("catalog:product-list")).opens(reverse("catalog:product-new"))
    centre.fills(
        code=code, name="服务器A型", name_en="Server type A", specification="2U/双路/64G", unit="台",
        list_price=price, floor_price=price - 500, lead_time_days=7,
    ).finishes("Save product")  # fmt: skip
    product = Product.objects.get(code=code)
    keeper = office["warehouse"].goes(reverse("catalog:product-detail", args=[product.pk]))
    receive = reverse("catalog:stock-receive", args=[product.pk])
    keeper.does(receive, "Receive stock", quantity=stock, batch=f"B-{code}")
    return product


def create_customer(office: Office, *, limit: int = 500_000) -> Customer:
    """Sales enters customer, contact and address and files the papers; finance grants the credit."""
    seller = office["sales"].goes(reverse("customers:customer-list")).opens(reverse("customers:customer-new"))
    seller.fills(name=CUSTOMER, short_name="华创智能", region="华南")
    seller.fills(**{
        "contacts-0-name": CONTACT, "contacts-0-phone": "13510034003", "contacts-0-email": "huang@example.com",
        "contacts-0-is_primary": True, "addresses-0-text": ADDRESS, "addresses-0-receiver": CONTACT,
        "addresses-0-phone": "13510034003", "addresses-0-is_default": True,
    }).finishes("Save customer")  # fmt: skip
    customer = Customer.objects.get()
    for kind in REQUIRED_PAPERS:
        paper = f"{reverse('customers:paper-file', args=[customer.pk])}?kind={kind}"
        seller.does(paper, "File paper", number="91440300MA5DA1234X")
    finance = office["finance"].goes(reverse("customers:customer-detail", args=[customer.pk]))
    limit_url = reverse("credit:credit-limit", args=[customer.pk])
    finance.does(limit_url, "Set credit limit", limit=limit, reason="按年度授信")
    return customer


# --- entry


def choose_customer(seller: Person) -> None:
    """Two characters, then the whole name as the list gives it; contact and address follow by themselves."""
    field = seller.page.locator("[data-pick]")
    with seller.page.expect_response(lambda answer: "/customers/lookup/" in answer.url):
        field.press_sequentially("华创")
    option = seller.page.locator("#customer-choices option").first
    option.wait_for(state="attached")
    field.fill(option.get_attribute("value") or "")
    expect(seller.page.locator("[name=contact_name]")).to_have_value(CONTACT)
    expect(seller.page.locator("[name=delivery_address]")).to_have_value(ADDRESS)


def choose_product(page: Page, row: int, text: str) -> None:
    """Type two characters, Enter takes the first that is found and goes on to the quantity."""
    page.locator(f"[name=lines-{row}-description]").focus()
    page.keyboard.type(text)
    page.locator(".lookup-list [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator(f"[name=lines-{row}-quantity]")).to_be_focused()


def schedule(seller: Person, *parts: tuple[int, str]) -> None:
    """The payment schedule, one part a row."""
    for row, (percent, event) in enumerate(parts):
        seller.fills(**{f"terms-{row}-percent": percent, f"terms-{row}-due_event": event})


def attach(person: Person, order: Order, file: Path, kind: str) -> None:
    person.goes(order.get_absolute_url()).fills(upload=file, kind=kind)
    person.finishes("Add files").sees(file.name)


# --- review and approval


def review_preliminarily(office: Office, order: Order, result: str, **findings: Any) -> None:
    page = of("orders:order-preliminary", order)
    office["inside_sales"].takes_up(page).fills(result=result, **findings).finishes("Save review")


def give_opinion(office: Office, order: Order, department: str, result: str = "favorable", **more: Any) -> None:
    """From the inbox to the sheet; afterwards it is gone from the inbox."""
    sheet = of("orders:review-sheet", order)
    reviewer = office[department].takes_up(sheet)
    reviewer.fills(result=result, **more).finishes("Save opinion")
    reviewer.has_no_work(sheet)


def give_opinions(office: Office, order: Order) -> None:
    for department in Department.values:
        give_opinion(office, order, department, lead_time_days=7)


def approve(office: Office, order: Order, role: str, comment: str = "同意") -> None:
    page = of("orders:order-approve", order)
    office[role].takes_up(page).fills(comment=comment).finishes("Approve order")
    office[role].has_no_work(page)


# --- money


def report_money(office: Office, order: Order, amount: Decimal | int) -> None:
    clerk = office["inside_sales"].goes(order.get_absolute_url())
    clerk.does(of("orders:order-receipt", order), "Report payment", amount=amount, bank_reference="ICBC-0042")


def confirm_money(office: Office, order: Order) -> None:
    """Finance finds it in the inbox and confirms what the bank shows."""
    from credit.models import Receipt

    receipt = Receipt.objects.filter(reference=order.number, status="reported").get()
    page = reverse("credit:receipt-detail", args=[receipt.pk])
    finance = office["finance"].takes_up(page)
    finance.does(reverse("credit:receipt-confirm", args=[receipt.pk]), "Confirm receipt").has_no_work(page)


def pay(office: Office, order: Order, amount: Decimal | int) -> None:
    report_money(office, order, amount)
    confirm_money(office, order)


# --- execution


def inspect(office: Office, order: Order) -> None:
    results = {f"result_{line.pk}": "passed" for line in order.lines.all()}
    page = of("fulfillment:inspection", order)
    office["quality"].takes_up(page).fills(**results).finishes("Record the inspection").has_no_work(page)


def prepare(office: Office, order: Order, quantities: dict[int, int]) -> Any:
    keeper = office["warehouse"].takes_up(of("fulfillment:shipment-create", order))
    keeper.fills(**{f"quantity_{line}": number for line, number in quantities.items()}, carrier="顺丰速运")
    keeper.finishes("Issue the dispatch order")
    return order.shipments.get(pk=pk_in(keeper.page.url))


def dispatch(office: Office, shipment: Any, waybill: str) -> None:
    keeper = office["warehouse"].goes(shipment.get_absolute_url())
    check = reverse("fulfillment:shipment-check", args=[shipment.pk])
    keeper.does(check, "Record the check", **dict.fromkeys(DeliveryCheck.ITEMS, True))
    page = reverse("fulfillment:shipment-dispatch", args=[shipment.pk])
    day = timezone.localdate() + timedelta(days=3)
    keeper.does(page, "Dispatch", waybill=waybill, expected_arrival=day.isoformat()).sees_text(waybill)


# --- the customer at the door


def draw_signature(page: Page) -> None:
    """With a finger, or what a browser takes for one."""
    pad = page.locator("[data-signature-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 80)
    page.mouse.down()
    for step in range(1, 25):
        page.mouse.move(box["x"] + 20 + step * 9, box["y"] + (30 if step % 2 else 110))
    page.mouse.up()


def sign_by_finger(customer: Person) -> None:
    """Name, signature, and the receipt of what was signed."""
    customer.fills(signer_name=CONTACT)
    draw_signature(customer.page)
    customer.looks("signing by finger").presses("Sign and finish")
    expect(customer.page.locator(".sign-done")).to_contain_text(CONTACT, timeout=PATIENCE)
    customer.looks("signed")


def photo(folder: Path, name: str = "现场.jpg") -> Path:
    path = folder / name
    Image.new("RGB", (640, 480), (120, 60, 30)).save(path)
    return path
