"""Carriers: contract, rates, rating, and what follows from them (R5.7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict, DomainError, NotPermitted
from fulfillment import services
from fulfillment.models import Carrier, CarrierRate, Shipment
from fulfillment.services.carriers import FIELDS
from tests.factories import client_of, person
from tests.fulfillment.factories import (
    check_delivery,
    dispatch,
    make_carrier,
    make_incident,
    make_inspected,
    make_shipment,
    prepare,
    settle,
    sign,
)
from workflow.choices import WorkKind
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.7")]


def today():
    return timezone.localdate()


def change(carrier, **over):
    values = {name: getattr(carrier, name) for name in FIELDS} | over
    return services.save_carrier(carrier=carrier, values=values, by=person(Role.LOGISTICS))


def rate(carrier, per_unit, *, by=Role.LOGISTICS, **over):
    values = {"mode": "road", "region": "华东", **over}
    return services.set_carrier_rate(carrier=carrier, per_unit=per_unit, by=person(by), **values)


def due(day):
    return {"expected_arrival": day, "first_expected_arrival": day}


def served(carrier, *, late=0, incidents=0, good=0):
    """Shipments of the carrier that came late, with an incident, or well: copies of one accepted shipment each."""
    bad = make_shipment()
    settle(make_incident(bad))
    sign(bad)
    Shipment.objects.filter(pk=bad.pk).update(carrier_ref=carrier, **due(today()))
    model = Shipment.objects.get(pk=bad.pk)
    for n in range(late + good):
        model.pk, model.number, model.signing_hash = None, f"X{carrier.pk}-{n}", None
        model.first_expected_arrival = today() - timedelta(days=1) if n < late else today()
        model.save(force_insert=True)
    if not incidents:
        Shipment.objects.filter(pk=bad.pk).update(carrier_ref=None)


def rated(carrier):
    services.rate_carriers(by=system_user())
    return Carrier.objects.get(pk=carrier.pk)


def proposals(carrier):
    return open_items(carrier).filter(kind=WorkKind.CARRIER_REPLACEMENT).count()


def test_a_rate_stands_once_for_mode_and_region_and_is_taken_out_without_a_price():
    carrier = make_carrier()
    rate(carrier, Decimal(12))
    rate(carrier, Decimal(15), minimum=Decimal(80))
    kept = CarrierRate.objects.get()
    assert (kept.per_unit, kept.minimum) == (15, 80)
    with pytest.raises(IntegrityError), transaction.atomic():  # the database says so, too
        CarrierRate.objects.create(carrier=carrier, mode="road", region="华东", per_unit=1)
    rate(carrier, None)
    assert not CarrierRate.objects.exists()


@pytest.mark.parametrize(
    ("over", "error"),
    [({"region": " "}, DomainError), ({"mode": "x"}, DomainError), ({"by": Role.SALES}, NotPermitted)],
)
def test_a_refused_rate_leaves_nothing(over, error):
    with pytest.raises(error):
        rate(make_carrier(), Decimal(12), **over)
    assert not CarrierRate.objects.exists()


def test_a_shipment_goes_with_a_carrier_under_contract_and_keeps_its_name():
    carrier = make_carrier()
    shipment = dispatch(prepare(make_inspected(), carrier="", carrier_ref=carrier))
    change(carrier, name="改名物流")
    assert (Shipment.objects.get().carrier_ref, shipment.carrier) == (carrier, "顺达物流1")


def test_another_carrier_at_the_gate_takes_the_place_of_the_planned_one():
    shipment = prepare(make_inspected(), carrier="", carrier_ref=make_carrier())
    sent = dispatch(shipment, carrier="临时车队")
    assert (sent.carrier, sent.carrier_ref) == ("临时车队", None)


@pytest.mark.parametrize("over", [{"is_active": False}, {"valid_until": timezone.localdate() - timedelta(days=1)}])
def test_nothing_goes_with_a_carrier_without_a_contract_in_force(over):
    carrier, order = make_carrier(**over), make_inspected()
    with pytest.raises(DomainError) as refused:
        prepare(order, carrier_ref=carrier)
    assert "carrier_ref" in refused.value.fields
    assert not Shipment.objects.exists()
    shipment = prepare(order)
    with pytest.raises(DomainError):
        dispatch(shipment, carrier_ref=carrier)
    assert Shipment.objects.get().is_prepared


def test_a_contract_that_ends_soon_is_work_once_until_it_is_prolonged():
    soon = make_carrier(valid_until=today() + timedelta(days=30))
    make_carrier(valid_until=today() + timedelta(days=31))
    for _night in range(2):
        assert services.remind_of_carrier_contracts(by=system_user()) == 1
    item = open_items(soon).get(kind=WorkKind.CARRIER_CONTRACT)
    assert item.owner_role == Role.LOGISTICS
    change(soon, phone="13000000000")
    assert open_items(soon).exists()
    change(soon, valid_until=today() + timedelta(days=400))
    assert not open_items(soon).exists()


def test_the_rating_is_the_share_that_came_in_time_and_without_an_incident():
    carrier = make_carrier()
    served(carrier, late=1, incidents=1, good=3)
    found = rated(carrier)
    assert (found.rating, found.rated_shipments, found.late_shipments, found.problem_shipments) == (60, 5, 1, 1)


def test_a_few_shipments_make_no_rating():
    carrier = make_carrier()
    served(carrier, late=4)
    assert rated(carrier).rating is None and not proposals(carrier)


def test_a_poor_carrier_is_proposed_for_replacement_and_the_proposal_goes_when_it_is_better():
    carrier = make_carrier()
    served(carrier, late=4, good=1)
    for _night in range(2):
        assert rated(carrier).rating == 20
    assert proposals(carrier) == 1
    Shipment.objects.filter(carrier_ref=carrier).update(**due(today()))
    assert rated(carrier).rating == 100 and not proposals(carrier)


def test_who_keeps_a_poor_carrier_says_why_and_is_not_asked_again_the_next_night():
    carrier = make_carrier()
    served(carrier, late=5)
    rated(carrier)
    with pytest.raises(DomainError):
        services.keep_carrier(carrier=carrier, reason=" ", by=person(Role.LOGISTICS))
    assert proposals(carrier) == 1
    services.keep_carrier(carrier=carrier, reason="雪灾封路", by=person(Role.LOGISTICS))
    rated(carrier)
    assert not proposals(carrier)
    with pytest.raises(Conflict):
        services.keep_carrier(carrier=carrier, reason="再说", by=person(Role.LOGISTICS))


def test_a_carrier_put_out_of_use_ends_the_proposal():
    carrier = make_carrier()
    served(carrier, late=5)
    change(rated(carrier), is_active=False)
    assert not proposals(carrier)


def test_a_carrier_is_entered_rated_and_kept_in_the_browser():
    browser = client_of(Role.LOGISTICS)
    values = {"code": "SD", "name": "顺达", "contract_number": "HT1", "valid_until": "2030-01-01", "is_active": "on"}
    made = browser.post(reverse("fulfillment:carrier-new"), values)
    carrier = Carrier.objects.get()
    assert made["Location"] == carrier.get_absolute_url()
    price = {"mode": "road", "region": "华东", "per_unit": "12", "minimum": "80"}
    browser.post(reverse("fulfillment:carrier-rate", args=[carrier.pk]), price)
    served(carrier, late=5)
    rated(carrier)
    page = browser.get(carrier.get_absolute_url()).content.decode()
    keep = reverse("fulfillment:carrier-keep", args=[carrier.pk])
    assert "华东" in page and keep in page
    browser.post(keep, {"reason": "别无选择"})
    assert keep not in browser.get(carrier.get_absolute_url()).content.decode()


def test_the_gate_offers_the_carriers_under_contract():
    carrier, shipment = make_carrier(), prepare(make_inspected())
    make_carrier(is_active=False)
    address = reverse("fulfillment:shipment-dispatch", args=[shipment.pk])
    browser = client_of(Role.WAREHOUSE)
    form = browser.get(address).context["form"]
    assert list(form.fields["carrier_ref"].queryset) == [carrier]
    check_delivery(shipment)
    browser.post(address, {"carrier_ref": carrier.pk, "waybill": "SF1", "expected_arrival": today().isoformat()})
    assert Shipment.objects.get().carrier_ref == carrier


def test_the_pages_cost_the_same_with_many_rows(django_assert_max_num_queries):
    carrier, browser = make_carrier(), client_of(Role.LOGISTICS)
    served(carrier, late=5)
    for n in range(5):
        make_carrier()
        rate(carrier, Decimal(n), region=f"R{n}")
    with django_assert_max_num_queries(10):
        browser.get(reverse("fulfillment:carrier-list"))
    with django_assert_max_num_queries(16):
        browser.get(carrier.get_absolute_url())
