"""The completion report: only after a passed final inspection, with steps, measures and concessions (R4.9, R13.4)."""

from decimal import Decimal

import pypdfium2
import pytest
from django.urls import reverse

from accounts.choices import Role
from core.documents import render
from core.errors import DomainError
from core.models import Document
from fulfillment import services
from fulfillment.models import Nonconformity
from fulfillment.services import CheckFinding, ItemFinding
from tests.factories import client_of, fresh, make_order, person
from tests.fulfillment.factories import inspect, make_inspected, make_item, make_step_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("R4.9"), pytest.mark.req("R13.4")]


def report(order):
    return services.issue_completion_report(order=order, by=person(Role.PRODUCTION))


def text_of(document, language):
    pdf = pypdfium2.PdfDocument(render(document, language))
    return "".join(page.get_textpage().get_text_range() for page in pdf)


def test_there_is_none_before_the_final_inspection_or_after_one_that_failed():
    order = make_order("in_production")
    with pytest.raises(DomainError):
        report(order)
    inspect(order)
    inspect(order, passed=False)
    with pytest.raises(DomainError):
        report(fresh(order))
    assert not Document.objects.filter(kind="completion_report").exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_tells_steps_measures_and_who_inspected(language):
    make_step_template(1, "备料")
    volts = make_item("final", "输出电压", minimum=Decimal("11.4"), unit="V")
    order = make_order("in_production")
    finding = ItemFinding(True, checks={volts.pk: CheckFinding(measured="12.1")})
    inspect(order, findings={order.lines.get().pk: finding})
    text = text_of(report(order), language)
    for words in (order.number, "备料", "输出电压", "12.1 V", str(person(Role.QUALITY))):
        assert words in text


@pytest.mark.req("R14.4")
def test_a_concession_stands_on_it():
    order = make_order("in_production")
    inspect(order, passed=False)
    own = services.decide_nonconformity(
        nonconformity=Nonconformity.objects.get(),
        decision="concession",
        reason="划痕不影响使用",
        by=person(Role.QUALITY),
    )
    services.answer_concession(nonconformity=own, grant=True, by=person(Role.GENERAL_MANAGER))
    inspect(order, passed=False)
    text = text_of(report(order), "en")
    assert "划痕不影响使用" in text and "special approval" in text


def test_from_the_page_of_the_order():
    order = make_inspected()
    address, maker = reverse("fulfillment:completion-report", args=[order.pk]), client_of(Role.PRODUCTION)
    assert address in maker.get(order.get_absolute_url()).content.decode()
    assert maker.post(address).status_code == 302
    assert Document.objects.filter(kind="completion_report", subject_id=order.pk).exists()


def test_a_page_asked_too_early_says_what_is_missing():
    order = make_order("in_production")
    page = client_of(Role.PRODUCTION).get(reverse("fulfillment:completion-report", args=[order.pk]))
    assert "The final inspection has not been passed." in page.content.decode()
