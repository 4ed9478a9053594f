"""One of everything, so that every address can be opened with a thing that is there."""

from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from aftersales.services import record_visit
from catalog.models import StockLot
from catalog.services import draw_count
from catalog.services.stock import main_warehouse
from core.attachments import attach_file
from core.comments import add_comment
from core.list_views import save_list_view
from core.models import Document
from customers.services import partners
from fulfillment.services import Effect, make_load, name_affected_orders, report_shortage
from orders import services
from orders.services.dossiers import ask_dossier
from tests.customers.factories import make_application, make_inquiry
from tests.factories import DEPOSIT, fresh, make_order, make_partner, pass_preliminary, person
from tests.fulfillment.factories import (
    ask_dispatch,
    follow_up,
    inspect,
    make_carrier,
    make_contingency,
    make_demand_plan,
    make_disruption,
    make_incident,
    make_inspected,
    make_item,
    make_shipment,
    make_step,
    make_step_template,
    prepare,
    send_back,
    sign,
    token_for,
    words_for,
)
from tests.imports.factories import check, order_file
from tests.orders.contract_factories import make_contract
from tests.orders.quotation_factories import make_quotation
from workflow.models import Notification, WorkItem


def build() -> dict[str, list[dict[str, Any]]]:
    """By URL name the arguments worth trying; "*" for whatever takes an order's key."""
    for role in Role.values:
        person(role)
    orders = [make_order(status) for status in ("draft", "received", "reviewed", "approved", "in_production")]
    orders.append(in_review := make_order(terms=DEPOSIT))
    pass_preliminary(in_review)
    orders.append(returned := make_order())
    services.return_to_sales(order=returned, reason="价格不对", by=person(Role.ORDER_CENTER))
    talk = services.open_clarification(order=orders[1], question="颜色?", by=person(Role.INSIDE_SALES))
    hold = services.hold_order(order=in_review, kind="other", reason="等一等", by=person(Role.SALES_MANAGER))
    receipt = services.report_payment(order=in_review, amount=Decimal(100), by=person(Role.SALES))
    orders.append(inspected := make_inspected())
    prepared, under_way = prepare(inspected, 4), make_shipment()
    orders.append(under_way.order)
    refused = make_shipment()
    acceptance = sign(refused, words_for(refused, result="refused", quantity=Decimal(0), remark="坏了"))
    done = make_shipment()
    sign(done)
    visit = record_visit(order=fresh(done.order), use="在用", satisfaction=4, by=person(Role.SALES))
    orders += [fresh(refused.order), fresh(done.order)]
    partner = make_partner()
    partners.issue_key(partner=partner, name="first", by=person(Role.ADMIN))
    endpoint = partners.add_endpoint(partner=partner, url="http://127.0.0.1:9/hook", by=person(Role.ADMIN))
    delivery = partners.ping_endpoint(endpoint=endpoint, by=person(Role.ADMIN))
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    attachment = attach_file(in_review, upload=file, kind="other", by=person(Role.SALES))
    add_comment(in_review, text="你好", by=person(Role.SALES))
    kept = save_list_view(place="orders:order-list", name="我的", query="", by=person(Role.SALES))
    job = check(order_file("A1,不存在的公司,,服务器,1,5"), by=person(Role.ADMIN))
    product = in_review.lines.get().product
    assert product is not None and partner.customer is not None
    paper = Document.objects.first()
    assert paper is not None
    plan = make_demand_plan()
    requests = [ask_dispatch(inspected, 1), send_back(ask_dispatch(fresh(orders[4]), 1))]
    shortage = report_shortage(
        shipment=prepared, reason="电源少两只", new_date=timezone.localdate(), by=person(Role.WAREHOUSE)
    )
    rule = services.save_assignment_rule(kind="dispatch", role=Role.LOGISTICS, by=person(Role.ADMIN))
    follow_up(inspected)
    template = make_step_template()
    inspect(failed := make_order("in_production"), passed=False)
    step = make_step(inspected.lines.get())
    disruption = make_disruption()
    notice = name_affected_orders(
        disruption=disruption, effects=[Effect(orders[3], "晚三天")], by=person(Role.PRODUCTION)
    )[0]
    count = draw_count(warehouse=main_warehouse(), by=person(Role.WAREHOUSE))
    load = make_load(
        shipments=[prepare(make_inspected()), prepare(make_inspected())], carrier="德邦", by=person(Role.LOGISTICS)
    )
    shipments = [{"pk": s.pk} for s in (prepared, under_way, refused)]
    asked = services.request_order_waiver(order=in_review, gate="payment", reason="老客户", by=person(Role.SALES))
    imports = [{"pk": job.pk, "kind": "orders", "fmt": fmt} for fmt in ("csv", "xlsx")]
    partner_parts = [{"pk": partner.pk, "partner": partner.pk, "key": partner.api_keys.get().pk,
                      "endpoint": endpoint.pk, "delivery": delivery.pk}]  # fmt: skip
    return {
        "*": [{"pk": order.pk, "hold": hold.pk, "gate": gate} for order in orders for gate in ("payment",)],
        "orders:order-release": [{"pk": in_review.pk, "hold": hold.pk}],
        "orders:order-waiver": [{"pk": in_review.pk, "gate": g} for g in ("payment", "credit", "price_floor", "x")],
        "orders:order-waiver-answer": [{"pk": asked.pk}],
        "orders:order-export": [{"fmt": "csv"}, {"fmt": "xlsx"}, {"fmt": "pdf"}],
        "orders:dossier": [{"pk": ask_dossier(order=in_review, by=person(Role.SALES)).pk}],
        "orders:order-repeat": [{"pk": in_review.customer_id}],
        "orders:entry-discard": [{"key": "0" * 32}, {"key": "order-1"}],
        "orders:clarification": [{"pk": talk.pk}],
        "orders:clarification-resolve": [{"pk": talk.pk}],
        "orders:contract": [{"pk": make_contract(status).pk} for status in ("draft", "signed", "ended")],
        "orders:quotation": [
            {"pk": make_quotation(status).pk} for status in ("draft", "submitted", "approved", "sent", "accepted")
        ],
        "customers:customer": [{"pk": in_review.customer_id}],
        "customers:inquiry": [{"pk": make_inquiry(customer=in_review.customer).pk}, {"pk": make_inquiry().pk}],
        "orders:inquiry-order": [{"pk": make_inquiry().pk}],
        "orders:inquiry-quote": [{"pk": make_inquiry().pk}],
        "customers:disclosure": [{"pk": make_application(in_review.buyer).pk}],
        "customers:paper-file": [{"pk": in_review.customer_id}],
        "customers:paper-withdraw": [{"pk": in_review.customer.papers.first().pk}],
        "credit:credit-limit": [{"pk": in_review.customer_id}],
        "credit:receipt-report": [{"pk": in_review.customer_id}],
        "credit:": [{"pk": receipt.pk}],
        "catalog:stock-transfer": [{"pk": StockLot.objects.filter(product=product).first().pk}],
        "catalog:count": [{"pk": count.pk}],
        "catalog:warehouse": [{"pk": count.warehouse_id}],
        "catalog:stock-correct": [{"pk": StockLot.objects.filter(product=product).first().pk}],
        "catalog:": [{"pk": product.pk}],
        "orders:assignment": [{"pk": rule.pk}],
        "fulfillment:requisition-new": [{"kind": "demand_plan"}, {"kind": "outsourcing"}, {"kind": "x"}],
        "fulfillment:requisition": [{"pk": plan.pk}],
        "fulfillment:node-finish": [{"pk": plan.nodes.get().pk}],
        "fulfillment:carrier": [{"pk": make_carrier().pk}],
        "fulfillment:disruption": [{"pk": disruption.pk}],
        "fulfillment:notice-tell": [{"pk": notice.pk}],
        "fulfillment:follow-up-export": [{"fmt": "csv"}, {"fmt": "xlsx"}, {"fmt": "pdf"}],
        "fulfillment:contingency-end": [{"pk": make_contingency(inspected).pk}],
        "fulfillment:plan-step-add": [{"pk": inspected.lines.first().pk}],
        "fulfillment:plan-step": [{"pk": step.pk}],
        "fulfillment:step-inspection": [{"pk": step.pk}],
        "fulfillment:lot-inspection": [{"pk": StockLot.objects.filter(product=product).first().pk}],
        "fulfillment:requisition-inspection": [{"pk": plan.pk}],
        "fulfillment:nonconformity": [{"pk": failed.nonconformities.get().pk}],
        "fulfillment:inspection-detail": [{"pk": inspected.inspections.get().pk}],
        "fulfillment:inspection-item": [{"pk": make_item().pk}],
        "fulfillment:step-template": [{"pk": template.pk}],
        "fulfillment:shipment-create": [{"pk": inspected.pk}],
        "fulfillment:shipment": shipments,
        "fulfillment:load": [{"pk": load.pk}],
        "fulfillment:event-new": [{"pk": prepared.pk}, {"pk": under_way.pk}],
        "fulfillment:incident-new": [{"pk": prepared.pk}, {"pk": under_way.pk}],
        "fulfillment:incident-detail": [{"pk": make_incident(under_way).pk}],
        "fulfillment:shortage": [{"pk": shortage.pk}],
        "fulfillment:request": [{"pk": request.pk} for request in requests],
        "fulfillment:problem": [{"pk": acceptance.problems.get().pk}],
        "aftersales:visit-detail": [{"pk": visit.pk}],
        "customers:partner": partner_parts,
        "core:import": imports,
        "core:list-view-remove": [{"pk": kept.pk}],
        "core:document-pdf": [{"pk": paper.pk, "language": "zh-hans"}, {"pk": paper.pk, "language": "xx"}],
        "core:verify": [{"code": paper.code}, {"code": "<script>"}],
        "core:attachment-add": [
            {"subject_type": "orders.order", "subject_id": in_review.pk},
            {"subject_type": "accounts.user", "subject_id": 1},
        ],
        "core:comment-add": [
            {"subject_type": "orders.order", "subject_id": in_review.pk},
            {"subject_type": "x", "subject_id": 10**30},
        ],
        "core:attachment": [{"uuid": attachment.uuid}],
        "workflow:work": [{"pk": WorkItem.objects.open().filter(kind="review").first().pk}],
        "workflow:notification": [{"pk": n.pk} for n in Notification.objects.all()[:1]],
        "workflow:rule": [{"kind": "order", "code": "order-large"}, {"kind": "x", "code": "director"}],
        "workflow:proposal": [{"kind": "order"}, {"kind": "x"}],
        "accounts:user-manager": [{"pk": person(Role.SALES).pk}],
        "workflow:clock-edit": [{"kind": "visit"}],
        "workflow:clock-part-edit": [{"kind": "review", "part": "finance"}],
        "workflow:year-load": [{"year": timezone.localdate().year}, {"year": 10**9}],
        "accounts:user-roles": [{"pk": system_user().pk}, {"pk": person(Role.SALES).pk}],
        "accounts:number-edit": [{"code": "order"}],
        "accounts:number-preview": [{"code": "order"}, {"code": "x"}],
        "signing:sign": [{"token": token_for(under_way)}, {"token": "x" * 500}],
    }
