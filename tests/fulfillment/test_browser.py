"""The pages as people see them: a telephone on a bad line, a desk, a screen reader's rules."""

import pytest
from django.urls import reverse

from accounts.choices import Role
from core.models import Document
from fulfillment.models import Acceptance
from orders.specs import LineSpec
from tests.browser import DESK, PHONE, axe_findings, overflow, picture, sign_in
from tests.factories import make_order, make_product, person
from tests.fulfillment.factories import (
    make_incident,
    make_inspected,
    make_load,
    make_shipment,
    prepare,
    sign,
    token_for,
    words_for,
    write_manifest,
)
from tests.fulfillment.factories import picture as photo

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def draw(page):
    box = page.locator("[data-signature-pad]").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 100)
    page.mouse.down()
    for step in range(1, 30):
        page.mouse.move(box["x"] + 20 + step * 9, box["y"] + (30 if step % 2 else 120))
    page.mouse.up()


def open_phone(page, shipment):
    page.set_viewport_size(PHONE)
    page.goto(reverse("signing:sign", args=[token_for(shipment)]))


@pytest.mark.req("R6.2")
def test_two_touches_a_name_and_a_finger_sign_a_good_delivery(page):
    shipment = make_shipment()
    open_phone(page, shipment)
    picture(page, "sign-1-start", whole=False)
    assert axe_findings(page) == [] and overflow(page) == 0
    page.get_by_role("button", name="Yes, everything").click()
    page.get_by_label("Your name").fill("李明")
    draw(page)
    picture(page, "sign-2-sign", whole=False)
    assert axe_findings(page) == []
    page.get_by_role("button", name="Sign and finish").click()
    page.get_by_text("Signed by 李明").wait_for()
    picture(page, "sign-3-receipt")
    assert axe_findings(page) == []
    assert Acceptance.objects.get().signature


WORDS = {
    "en": {
        "wrong": "No, something is wrong", "next": "Next", "judged": "Accepted with reservation",
        "why": "What is wrong", "rest": "The rest is in order", "name": "Your name", "send": "Sign and finish",
        "offline": "No connection", "signed": "Signed by 李明",
    },
    "zh-hans": {
        "wrong": "否，有问题", "next": "下一步", "judged": "让步接收", "why": "问题描述", "rest": "其余无误",
        "name": "您的姓名", "send": "签字并完成", "offline": "网络未连接", "signed": "李明于",
    },
}  # fmt: skip


@pytest.fixture(params=["en", "zh-hans"])
def customer(request, chromium, live_server, requests_at_rest):
    """A telephone whose owner reads this language, with its words."""
    locale = {"en": "en-US", "zh-hans": "zh-CN"}[request.param]
    context = chromium.new_context(base_url=live_server.url, locale=locale, viewport=PHONE, has_touch=True)
    context.set_default_timeout(15_000)
    yield context.new_page(), WORDS[request.param], request.param
    context.close()


@pytest.mark.req("R6.2")
@pytest.mark.req("R6.3")
@pytest.mark.req("R6.4")
def test_a_line_is_taken_with_reservation_and_nothing_is_lost_when_the_signal_goes(customer):
    page, words, language = customer
    shipment = make_shipment(lines=lines_of_two())

    def press(name):
        page.get_by_role("button", name=words[name], exact=True).locator("visible=true").click()

    def seen(name):
        picture(page, f"sign-{name}-{language}", whole=False)
        assert axe_findings(page) == [] and overflow(page) == 0, name

    open_phone(page, shipment)
    press("wrong")
    page.locator("input[inputmode=decimal]").locator("visible=true").fill("4")
    seen("4-count")
    press("next")
    page.get_by_label(words["judged"], exact=True).locator("visible=true").nth(2).check()
    page.get_by_label(words["why"]).locator("visible=true").fill("外壳划痕")
    seen("5-judge")
    page.reload()  # a break: the telephone rang
    assert page.get_by_label(words["why"]).locator("visible=true").input_value() == "外壳划痕"
    press("rest")
    dent = photo()
    page.locator("#id_photos").set_input_files({"name": dent.name, "mimeType": "image/jpeg", "buffer": dent.read()})
    seen("6-photos")
    press("next")
    page.get_by_label(words["name"]).fill("李明")
    draw(page)
    page.context.set_offline(True)
    press("send")
    page.get_by_text(words["offline"]).wait_for()
    assert not Acceptance.objects.exists()
    page.context.set_offline(False)
    press("send")  # photo and drawing are still there
    page.get_by_text(words["signed"]).wait_for()
    seen("7-receipt")
    taken, whole = Acceptance.objects.get().lines.all()
    assert (taken.quantity_received, taken.of_quality, taken.of_quantity) == (4, "reservation", "reservation")
    assert (whole.quantity_received, whole.result) == (5, "accepted")
    assert len(Document.objects.get(kind="acceptance_problem").context["photos"]) == 1
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.req("R6.2")
def test_the_drawing_alone_is_asked_for_again_after_the_page_was_loaded_anew(page):
    open_phone(page, make_shipment())
    page.get_by_role("button", name="Yes, everything").click()
    page.get_by_label("Your name").fill("李明")
    draw(page)
    page.reload()
    assert page.get_by_label("Your name").input_value() == "李明"
    page.get_by_role("button", name="Sign and finish").click()
    page.get_by_text("Please sign in the field").locator("visible=true").wait_for()
    draw(page)
    page.get_by_role("button", name="Sign and finish").click()
    page.get_by_text("Signed by 李明").wait_for()


def lines_of_two():
    from decimal import Decimal

    return tuple(LineSpec(Decimal(5), Decimal(5000), product=make_product()) for _ in range(2))


@pytest.mark.req("R6.2")
def test_without_scripts_the_page_signs_by_typed_name(chromium, live_server):
    shipment = make_shipment()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE, locale="zh-CN")
    page = context.new_page()
    page.goto(reverse("signing:sign", args=[token_for(shipment)]))
    picture(page, "sign-6-plain")
    page.locator("[name=signer_name]").fill("李明")
    page.locator("[name=typed]").check()
    page.locator("[data-send]").click()
    assert page.locator(".sign-done").is_visible()
    context.close()
    assert Acceptance.objects.get().signature is None


FOUND: list[str] = []


def look(page, context, role, live_server, addresses):
    sign_in(context, person(role), live_server.url)
    for name, address in addresses.items():
        for kind, size in (("desk", DESK), ("phone", PHONE)):
            page.set_viewport_size(size)
            page.goto(address)
            picture(page, f"{name}-{kind}")
            FOUND.extend(f"{name}-{kind} {found}" for found in axe_findings(page))
            FOUND.extend([f"{name}-{kind} overflow"] if overflow(page) else [])


@pytest.mark.req("R13.6")
def test_the_pages_hold_on_desk_and_telephone(page, browser_context, live_server):
    waiting, making = make_order("approved"), make_order("in_production", lines=lines_of_two())
    ready = prepare(make_inspected(lines=lines_of_two()), 2)
    under_way = make_shipment()
    signed = make_shipment()
    incident, load = make_incident(under_way), make_load()
    write_manifest(load, dict.fromkeys(load.shipments.all(), (1, 2)))
    problem = sign(signed, words_for(signed, result="refused", remark="进水")).problems.get()
    look(page, browser_context, Role.PRODUCTION, live_server, {
        "production-list": reverse("fulfillment:production-list"),
        "production-reply": reverse("fulfillment:production-reply", args=[waiting.pk]),
    })  # fmt: skip
    look(page, browser_context, Role.QUALITY, live_server, {
        "inspection": reverse("fulfillment:inspection", args=[making.pk]),
    })  # fmt: skip
    look(page, browser_context, Role.LOGISTICS, live_server, {
        "shipment-create": reverse("fulfillment:shipment-create", args=[ready.order_id]),
        "shipment-prepared": ready.get_absolute_url(),
        "shipment-dispatch": reverse("fulfillment:shipment-dispatch", args=[ready.pk]),
        "shipment-under-way": under_way.get_absolute_url(),
        "shipment-accept": reverse("fulfillment:shipment-accept", args=[under_way.pk]),
        "shipment-signed": signed.get_absolute_url(),
        "shipment-list": reverse("fulfillment:shipment-list"),
        "order-with-shipments": signed.order.get_absolute_url(),
        "tracking": reverse("fulfillment:tracking"),
        "incident-list": reverse("fulfillment:incident-list"),
        "incident": incident.get_absolute_url(),
        "load": load.get_absolute_url(),
        "load-manifest": reverse("fulfillment:load-manifest", args=[load.pk]),
        "shipment-unload": reverse("fulfillment:shipment-unload", args=[load.shipments.all()[0].pk]),
    })  # fmt: skip
    look(page, browser_context, Role.AFTERSALES, live_server, {
        "problem": problem.get_absolute_url(), "visits": reverse("aftersales:visit-list"),
    })  # fmt: skip
    assert FOUND == []
