"""Demand plans, change notices and outsourcing applications: every field, signed in order, carried out (R4.5-R4.7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document
from fulfillment.models import Requisition
from fulfillment.services import ItemFinding, record_inspection
from fulfillment.services import requisitions as services
from tests.factories import client_of, make_order, person
from tests.fulfillment.factories import PLAN_VALUES, make_demand_plan
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import cases_of, open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.5")]
DAY = timezone.localdate() + timedelta(days=30)
REVIEWERS = (Role.ENGINEERING, Role.PRODUCTION, Role.PURCHASING, Role.QUALITY)


@pytest.fixture(autouse=True)
def house():
    """The ladder is planned over the people there are."""
    for role in (*REVIEWERS, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER):
        person(role)


def fresh(requisition):
    return Requisition.objects.get(pk=requisition.pk)


def submit(requisition):
    return services.submit_requisition(requisition=requisition, by=requisition.created_by)


def sign(requisition, *roles):
    for role in roles:
        services.decide_requisition(requisition=requisition, approve=True, by=person(role))


def asked(requisition):
    case = cases_of(requisition).first()
    return [(step.stage, step.role) for step in case.steps.order_by("position")]


def test_a_new_product_is_signed_by_the_director_reviewed_by_the_departments_and_decided_by_the_general_manager():
    plan = submit(make_demand_plan())
    assert [role for _stage, role in asked(plan)] == [Role.SALES_DIRECTOR, *sorted(REVIEWERS), Role.GENERAL_MANAGER]
    with pytest.raises(NotPermitted):
        sign(plan, Role.GENERAL_MANAGER)  # not yet
    sign(plan, Role.SALES_DIRECTOR, *REVIEWERS)
    assert fresh(plan).status == "submitted"
    sign(plan, Role.GENERAL_MANAGER)
    assert fresh(plan).status == "approved"


def approved(kind="demand_plan", **over):
    plan = submit(make_demand_plan(kind, **over))
    sign(plan, *{"demand_plan": (Role.SALES_DIRECTOR, *REVIEWERS, Role.GENERAL_MANAGER),
                 "outsourcing": (Role.SALES_DIRECTOR, Role.GENERAL_MANAGER),
                 "change_notice": (Role.SALES_DIRECTOR,)}[kind])  # fmt: skip
    return fresh(plan)


def test_its_time_nodes_become_work_of_their_departments_due_on_their_days():
    plan = approved()
    item = open_items(plan).get(kind=WorkKind.TIME_NODE)
    assert (item.owner_role, timezone.localtime(item.due_at).date()) == (Role.ENGINEERING, DAY)
    node = plan.nodes.get()
    with pytest.raises(NotPermitted):
        services.finish_time_node(node=node, by=person(Role.QUALITY))
    services.finish_time_node(node=node, by=person(Role.ENGINEERING))
    with pytest.raises(Conflict):
        services.finish_time_node(node=node, by=person(Role.ENGINEERING))
    assert not open_items(plan).filter(kind=WorkKind.TIME_NODE).exists()


def test_production_answers_the_dispatch_date_to_who_asked_and_then_it_is_done():
    plan = approved()
    with pytest.raises(DomainError):
        services.answer_dispatch_date(
            requisition=plan, dispatch_date=timezone.localdate() - timedelta(days=1), by=person(Role.PRODUCTION)
        )
    services.answer_dispatch_date(requisition=plan, dispatch_date=DAY, by=person(Role.PRODUCTION))
    assert Notification.objects.filter(user=plan.created_by).exists()
    assert fresh(plan).status == "approved"  # a node is open still
    services.finish_time_node(node=plan.nodes.get(), by=person(Role.ENGINEERING))
    assert fresh(plan).status == "done"


def test_the_paper_is_issued_when_all_have_signed_and_not_before():
    plan = submit(make_demand_plan())
    assert not Document.objects.filter(kind="demand_plan").exists()
    sign(plan, Role.SALES_DIRECTOR, *REVIEWERS, Role.GENERAL_MANAGER)
    paper = Document.objects.get(kind="demand_plan")
    assert paper.number == plan.number and len(paper.context["signed"]) == 6


def test_whoever_wrote_it_signs_nothing():
    plan = submit(make_demand_plan(by=person(Role.SALES_DIRECTOR)))
    with pytest.raises(NotPermitted):
        sign(plan, Role.SALES_DIRECTOR)


def test_a_refusal_sends_it_back_with_the_comment_and_the_signatures_that_still_hold_are_not_asked_again():
    plan = submit(make_demand_plan())
    sign(plan, Role.SALES_DIRECTOR)
    services.decide_requisition(requisition=plan, approve=False, comment="价格?", by=person(Role.QUALITY))
    assert fresh(plan).status == "draft"
    assert open_items(plan).get(kind=WorkKind.RETURNED_REQUISITION).owner == plan.created_by
    again = submit(fresh(plan))
    assert cases_of(again).count() == 2


@pytest.mark.parametrize("kind", ["demand_plan", "outsourcing"])
@pytest.mark.req("R4.7")
def test_every_field_is_filled(kind):
    for name in services.ASKED[kind]:
        with pytest.raises(DomainError) as refused:
            make_demand_plan(kind, **{name: None if name in ("quantity", "amount", "wanted_date") else ""})
        assert set(refused.value.fields) == {name}
    assert not Requisition.objects.exists()


@pytest.mark.req("R4.6")
def test_a_change_notice_is_for_goods_in_production():
    with pytest.raises(DomainError) as refused:
        make_demand_plan("change_notice", order=make_order("approved"))
    assert "order" in refused.value.fields
    notice = approved("change_notice", order=make_order("in_production"))
    assert notice.status == "done"
    assert Notification.objects.filter(user=person(Role.PRODUCTION)).exists()


@pytest.mark.req("R4.7")
def test_what_was_approved_for_outsourcing_is_purchasings_work():
    form = approved("outsourcing")
    assert open_items(form).get(kind=WorkKind.OUTSOURCE).owner_role == Role.PURCHASING
    with pytest.raises(DomainError):
        services.finish_outsourcing(requisition=form, note=" ", by=person(Role.PURCHASING))
    services.finish_outsourcing(requisition=form, note="PO-7", by=person(Role.PURCHASING))
    assert fresh(form).status == "done"


@pytest.mark.req("R4.9")
def test_what_was_bought_in_is_inspected_once_it_is_there():
    form, inspector = approved("outsourcing"), person(Role.QUALITY)
    with pytest.raises(Conflict):
        record_inspection(requisition=form, findings={0: ItemFinding(True)}, by=inspector)
    services.finish_outsourcing(requisition=form, note="PO-7", by=person(Role.PURCHASING))
    item = open_items(form).get(kind=WorkKind.INCOMING_INSPECTION)
    assert (item.owner_role, item.url) == (Role.QUALITY, reverse("fulfillment:requisition-inspection", args=[form.pk]))
    assert item.url in client_of(Role.QUALITY).get(form.get_absolute_url()).content.decode()
    assert client_of(Role.QUALITY).post(item.url, {"result_0": "passed"}).status_code == 302
    assert form.inspections.get().result == "passed" and not open_items(form).exists()


def test_only_its_writer_changes_submits_or_takes_it_back():
    plan = make_demand_plan()
    for act in (
        lambda by: services.submit_requisition(requisition=plan, by=by),
        lambda by: services.cancel_requisition(requisition=plan, reason="x", by=by),
        lambda by: services.save_requisition(kind=plan.kind, values=PLAN_VALUES, requisition=plan, by=by),
    ):
        with pytest.raises(NotPermitted):
            act(person(Role.INSIDE_SALES))
    services.cancel_requisition(requisition=plan, reason="客户放弃", by=plan.created_by)
    assert fresh(plan).status == "canceled"
    with pytest.raises(Conflict):
        submit(plan)


def test_a_form_in_approval_is_not_changed():
    plan = submit(make_demand_plan())
    with pytest.raises(Conflict):
        services.save_requisition(
            kind=plan.kind, values={**PLAN_VALUES, "quantity": Decimal(1)}, requisition=plan, by=plan.created_by
        )
    assert fresh(plan).quantity == PLAN_VALUES["quantity"]


def test_from_writing_to_signing_in_the_browser():
    seller, director = client_of(Role.SALES), client_of(Role.SALES_DIRECTOR)
    typed = {**{k: str(v) for k, v in PLAN_VALUES.items()}, "wanted_date": str(DAY)}
    half = seller.post(reverse("fulfillment:requisition-new", args=["demand_plan"]), {**typed, "task_0": "出图"})
    assert half.status_code == 422 and "出图" in half.content.decode()
    typed |= {"role_0": "engineering", "task_0": "出图", "due_0": str(DAY)}
    assert seller.post(reverse("fulfillment:requisition-new", args=["demand_plan"]), typed).status_code == 302
    plan = Requisition.objects.get()
    assert (
        seller.get(reverse("fulfillment:requisition-edit", args=[plan.pk])).context["form"]["task_0"].value() == "出图"
    )
    assert seller.post(reverse("fulfillment:requisition-submit", args=[plan.pk])).status_code == 302
    page = director.get(reverse("fulfillment:requisition-decide", args=[plan.pk]))
    step = page.context["form"]["step"].value()
    answer = director.post(
        reverse("fulfillment:requisition-decide", args=[plan.pk]), {"decision": "approve", "comment": "", "step": step}
    )
    assert answer.status_code == 302
    shown = seller.get(plan.get_absolute_url()).content.decode()
    assert "边缘网关X2" in shown and plan.number in seller.get(reverse("fulfillment:requisition-list")).content.decode()


def test_the_page_costs_the_same_whatever_stands_in_it(django_assert_max_num_queries):
    plan = approved()
    client = client_of(Role.PRODUCTION)
    with django_assert_max_num_queries(22):
        assert client.get(plan.get_absolute_url()).status_code == 200
