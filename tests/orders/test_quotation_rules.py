"""How long a quotation is valid is a rule of the house, in versions; what ran out is no answer (R3.7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict, DomainError
from core.models import AuditEntry
from orders import services
from orders.models import Quotation, QuotationRules
from orders.services.quotation_rules import change_quotation_rules, usual_validity
from reports.quotations import QuotationFigures
from tests.factories import person
from tests.orders.quotation_factories import accept, make_quotation

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.7")]


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


@pytest.mark.req("R14.13")
def test_without_a_change_it_is_thirty_days_and_a_change_holds_for_what_is_written_from_then_on():
    today, quotation = timezone.localdate(), make_quotation()
    assert usual_validity(today) == today + timedelta(days=30)
    change_quotation_rules(valid_days=14, version=0, by=person(Role.ADMIN))
    page = client_of(Role.SALES).get("/orders/quotations/new/").content.decode()
    assert f'value="{today + timedelta(days=14)}"' in page
    quotation.refresh_from_db()
    assert quotation.valid_until == today + timedelta(days=30)
    assert AuditEntry.objects.get(action="quotation_rules.changed").changes == {"valid_days": [30, 14]}


@pytest.mark.parametrize("days", [0, -1, 367])
def test_days_that_cannot_be_are_refused(days):
    with pytest.raises(DomainError):
        change_quotation_rules(valid_days=days, version=0, by=person(Role.ADMIN))
    assert usual_validity(timezone.localdate()) == timezone.localdate() + timedelta(days=30)


def test_whoever_saw_an_older_version_looks_again():
    change_quotation_rules(valid_days=14, version=0, by=person(Role.ADMIN))
    with pytest.raises(Conflict):
        change_quotation_rules(valid_days=20, version=0, by=person(Role.ADMIN))
    assert QuotationRules.objects.get(is_current=True).valid_days == 14


@pytest.mark.req("R14.13")
def test_the_effect_is_shown_before_it_is_put_in_force():
    accept(quotation := make_quotation("sent"))
    Quotation.objects.filter(pk=quotation.pk).update(created_at=timezone.now() - timedelta(days=20))
    admin, typed = client_of(Role.ADMIN), {"valid_days": "10", "version": "0"}
    page = admin.post("/orders/settings/quotations/", typed).content.decode()
    assert "1 was accepted later than 10 days" in page and not QuotationRules.objects.filter(version=1).exists()
    assert admin.post("/orders/settings/quotations/", {**typed, "seen": "10"}).status_code == 302
    assert QuotationRules.objects.get(is_current=True).valid_days == 10
    assert client_of(Role.SALES).get("/orders/settings/quotations/").status_code == 403


def test_what_ran_out_counts_neither_as_won_nor_as_lost():
    accept(make_quotation("sent"))
    services.lose_quotation(quotation=make_quotation("sent"), reason="price", by=person(Role.SALES))
    for _ in range(2):
        Quotation.objects.filter(pk=make_quotation("sent").pk).update(valid_until="2020-01-01")
    services.expire_quotations(by=system_user())
    today = timezone.localdate()
    figures = QuotationFigures(first=today, last=today, currency="CNY")
    assert (figures.win_rate, figures.expired_share) == (0.5, 0.5)
    [seller] = figures.sellers()
    assert (seller.won, seller.lost, seller.expired, seller.rate) == (1, 1, 2, 0.5)
    assert seller.amount == Decimal(25000)
    text = client_of(Role.GENERAL_MANAGER).get("/reports/quotations/").content.decode()
    assert "Ran out unanswered" in text and "accepted out of accepted and lost" in text


def test_where_everything_ran_out_there_is_no_win_rate():
    Quotation.objects.filter(pk=make_quotation("sent").pk).update(valid_until="2020-01-01")
    services.expire_quotations(by=system_user())
    answer = client_of(Role.GENERAL_MANAGER).get("/reports/quotations/")
    assert answer.status_code == 200 and answer.context["figures"].win_rate is None
