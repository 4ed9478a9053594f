"""How carriers are rated is a rule of the house, in versions, looked at before it is in force (R5.7)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.choices import Role
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from fulfillment.models import CarrierRules
from fulfillment.services import change_carrier_rules
from fulfillment.services.carrier_rules import current_carrier_rules
from tests.factories import client_of, person
from tests.fulfillment.factories import make_carrier, make_incident, make_shipment, settle
from tests.fulfillment.test_carriers import proposals, rated, served

pytestmark = [pytest.mark.django_db, pytest.mark.req("R5.7")]
TYPED = {"poor_below": "70", "fewest_shipments": "5", "rated_days": "182", "version": "0", "note": ""}


def change(**over):
    version = over.pop("version", current_carrier_rules().version)
    return change_carrier_rules(version=version, by=person(Role.ADMIN), **over)


def test_without_a_change_the_defaults_hold_and_a_change_holds_from_the_next_night():
    carrier = make_carrier()
    served(carrier, late=2, good=3)
    assert rated(carrier).rating == 60 and proposals(carrier) == 1
    change(poor_below=60)
    assert rated(carrier).rating == 60 and not proposals(carrier)
    change(fewest_shipments=6)
    assert rated(carrier).rating is None
    assert AuditEntry.objects.filter(action="carrier_rules.changed").count() == 2


@pytest.mark.parametrize(
    "over", [{"poor_below": 0}, {"poor_below": 101}, {"fewest_shipments": 0}, {"rated_days": 29}, {"rated_days": 732}]
)
def test_values_that_cannot_be_are_refused(over):
    with pytest.raises(DomainError) as refused:
        change(**over)
    assert set(refused.value.fields) == set(over)
    assert current_carrier_rules().version == 0


def test_whoever_saw_an_older_version_looks_again():
    change(poor_below=60)
    with pytest.raises(Conflict):
        change(poor_below=50, version=0)
    assert CarrierRules.objects.get(is_current=True).poor_below == 60


@pytest.mark.req("R14.13")
def test_whom_the_rules_would_propose_is_shown_before_they_are_in_force():
    carrier, address = make_carrier(), reverse("fulfillment:carrier-rules")
    served(carrier, late=1, good=4)
    admin, typed = client_of(Role.ADMIN), TYPED | {"poor_below": "90"}
    shown = admin.post(address, typed)
    [row] = shown.context["effect"]
    assert (row.carrier, row.now, row.then, row.poor_now, row.poor_then) == (carrier, 80, 80, False, True)
    assert current_carrier_rules().poor_below == 70
    seen = shown.context["form"].data["seen"]
    again = admin.post(address, typed | {"seen": seen, "poor_below": "95"})
    assert again.status_code == 200 and current_carrier_rules().poor_below == 70
    assert admin.post(address, typed | {"seen": seen}).status_code == 302
    assert current_carrier_rules().poor_below == 90


@pytest.mark.req("R14.13", "R5.6")
def test_what_penalties_the_rules_would_not_allow_is_shown():
    settle(make_incident(make_shipment()), penalty=Decimal(150))
    page = client_of(Role.ADMIN).post(
        reverse("fulfillment:carrier-rules"), TYPED | {"penalty_from": "200", "penalty_to": "300"}
    )
    assert "Of 1 penalty set in that time, 1 would not be allowed." in page.content.decode()
    page = client_of(Role.ADMIN).post(reverse("fulfillment:carrier-rules"), TYPED)
    assert "1 would not be allowed" in page.content.decode() and current_carrier_rules().version == 0


def test_looking_costs_the_same_with_many_carriers(django_assert_max_num_queries):
    admin = client_of(Role.ADMIN)
    for _many in range(2):
        for _n in range(4):
            make_carrier()
        with django_assert_max_num_queries(12):
            admin.post(reverse("fulfillment:carrier-rules"), TYPED | {"poor_below": "90"})
