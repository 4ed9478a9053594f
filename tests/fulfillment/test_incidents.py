"""Delay, damage, wrong goods and loss: somebody answers for them, with measure, cost and penalty (R5.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.attachments import attachments_of
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import Carrier, CustomerNotice, Shipment, TransportIncident
from tests.factories import client_of, person
from tests.fulfillment.factories import (
    follow,
    make_carrier,
    make_incident,
    make_inspected,
    make_shipment,
    picture,
    prepare,
    scan,
    settle,
    sign,
)
from tests.fulfillment.test_carrier_rules import change
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.6")]


def again(incident):
    return TransportIncident.objects.get(pk=incident.pk)


def work(shipment):
    return open_items(shipment.order).filter(kind=WorkKind.TRANSPORT_INCIDENT)


def test_an_incident_is_work_of_logistics_and_the_customer_is_to_be_told():
    shipment, day = make_shipment(), timezone.localdate() + timedelta(days=5)
    incident = make_incident(shipment, "delay", description="车辆故障", new_date=day, photos=[picture()])
    item = work(shipment).get()
    assert (item.owner_role, item.url) == (Role.LOGISTICS, incident.get_absolute_url())
    notice = CustomerNotice.objects.get(order=shipment.order)
    assert (notice.reason, notice.text, notice.new_date) == ("transport", "车辆故障", day)
    assert attachments_of(incident).count() == 1


def test_after_the_signature_nobody_has_to_tell_the_customer():
    shipment = make_shipment()
    sign(shipment)
    make_incident(shipment)
    assert work(shipment).exists() and not CustomerNotice.objects.exists()


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"kind": "theft"}, "kind"),
        ({"description": " "}, "description"),
        ({"new_date": timezone.localdate() - timedelta(days=2)}, "new_date"),
        ({"photos": [scan()]}, "photos"),
    ],
)
def test_a_report_that_says_nothing_is_refused(over, field):
    with pytest.raises(DomainError) as refused:
        make_incident(make_shipment(), **over)
    assert field in refused.value.fields and not TransportIncident.objects.exists()


def test_one_of_a_kind_is_open_at_a_time_and_none_before_the_goods_left():
    shipment = make_shipment()
    first = make_incident(shipment)
    with pytest.raises(Conflict):
        make_incident(shipment)
    make_incident(shipment, "delay")
    settle(first)
    make_incident(shipment)
    with pytest.raises(Conflict):
        make_incident(prepare(make_inspected()))
    assert TransportIncident.objects.count() == 3


def test_the_outcome_says_who_answers_what_was_done_and_what_it_cost():
    shipment = make_shipment()
    incident = settle(make_incident(shipment), cost=Decimal(500), penalty=Decimal(200))
    assert (incident.responsible, incident.cost, incident.penalty) == ("carrier", 500, 200)
    assert incident.rules.version == 0 and not work(shipment).exists()
    with pytest.raises(Conflict):
        settle(incident)


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"responsible": ""}, "responsible"),
        ({"measure": " "}, "measure"),
        ({"cost": Decimal(-1)}, "cost"),
        ({"penalty": Decimal("99.99")}, "penalty"),
        ({"penalty": Decimal(301)}, "penalty"),
        ({"penalty": Decimal(-200)}, "penalty"),
        ({"penalty": Decimal(200), "responsible": "customer"}, "penalty"),
    ],
)
def test_an_outcome_outside_the_rules_is_refused(over, field):
    incident = make_incident(make_shipment())
    with pytest.raises(DomainError) as refused:
        settle(incident, **over)
    assert field in refused.value.fields and again(incident).is_open and work(incident.shipment).exists()


def test_without_a_rule_there_is_no_penalty_and_the_range_in_force_counts():
    change(penalty_from=None, penalty_to=None)
    incident = make_incident(make_shipment())
    with pytest.raises(DomainError):
        settle(incident, penalty=Decimal(200))
    change(penalty_from=500, penalty_to=800)
    with pytest.raises(DomainError):
        settle(incident, penalty=Decimal(200))
    assert settle(incident, penalty=Decimal(800)).rules.version == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        TransportIncident.objects.filter(pk=incident.pk).update(rules=None)


def test_who_reported_it_fines_nobody_but_may_settle_it():
    incident = make_incident(make_shipment(), by=person(Role.LOGISTICS))
    with pytest.raises(NotPermitted):
        settle(incident, penalty=Decimal(200))
    assert again(incident).is_open
    assert not settle(incident).is_open


@pytest.mark.parametrize("over", [{"penalty_from": 200, "penalty_to": None}, {"penalty_from": 300, "penalty_to": 200}])
def test_a_range_that_is_none_cannot_be_put_in_force(over):
    with pytest.raises(DomainError) as refused:
        change(**over)
    assert "penalty_to" in refused.value.fields


@pytest.mark.req("R5.7")
def test_lateness_others_answer_for_is_no_fault_of_the_carrier():
    change(fewest_shipments=1)
    carrier, shipment = make_carrier(), make_shipment()
    yesterday = timezone.localdate() - timedelta(days=1)
    Shipment.objects.filter(pk=shipment.pk).update(carrier_ref=carrier, first_expected_arrival=yesterday)
    assert rating(carrier) == 0
    settle(make_incident(shipment, "delay"), "nobody")
    follow(shipment, "delivered")
    assert rating(carrier) == 100
    settle(make_incident(shipment, "loss"), "carrier")
    assert rating(carrier) == 0


def rating(carrier):
    services.rate_carriers(by=system_user())
    return Carrier.objects.get(pk=carrier.pk).rating


def test_an_incident_is_reported_with_a_photo_and_settled_in_the_browser():
    shipment, warehouse = make_shipment(), client_of(Role.WAREHOUSE)
    address = reverse("fulfillment:incident-new", args=[shipment.pk])
    assert address in warehouse.get(shipment.get_absolute_url()).content.decode()
    warehouse.post(address, {"kind": "damage", "description": "外箱破损", "photos": picture()})
    incident = TransportIncident.objects.get()
    page = warehouse.get(incident.get_absolute_url())
    assert "Logistics settles this" in page.content.decode() and "crate.jpg" in page.content.decode()
    logistics = client_of(Role.LOGISTICS)
    assert "100 to 300 yuan" in logistics.get(incident.get_absolute_url()).content.decode()
    typed = {"responsible": "carrier", "measure": "补发", "cost": "80", "penalty": "900"}
    assert logistics.post(incident.get_absolute_url(), typed).status_code == 422
    logistics.post(incident.get_absolute_url(), typed | {"penalty": "150"})
    assert again(incident).penalty == 150
    assert "¥150.00" in logistics.get(shipment.get_absolute_url()).content.decode()
