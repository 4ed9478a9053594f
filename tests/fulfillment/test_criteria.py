"""Goods are accepted against quantity, specification, quality and performance; the problem record (R6.3, R6.4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from core.documents import render
from core.documents.rendering import html_of
from core.errors import DomainError
from core.models import Document
from fulfillment import services
from fulfillment.choices import Criterion
from fulfillment.models import AcceptanceLine, AcceptanceProblem, Shipment
from orders.models import Order
from tests.factories import make_user, person
from tests.fulfillment.factories import again, make_shipment, picture, scan, sign, token_for, words_for
from tests.fulfillment.test_pages import client_of
from workflow import calendar
from workflow.choices import WorkKind
from workflow.models import WorkItem
from workflow.services.policies import change_policy

pytestmark = [pytest.mark.django_db, pytest.mark.req("R6.3")]
WELL = dict.fromkeys(Criterion.values, "accepted")
SCRATCHED = {**WELL, "quality": "reservation", "performance": "refused"}


def judge(shipment: Shipment, **over: Any) -> AcceptanceLine:
    words = words_for(shipment, **{"criteria": SCRATCHED, "remark": "划痕，功率不足", **over})
    return sign(shipment, words).lines.get()


@pytest.mark.sqlite
def test_the_result_of_a_line_is_the_worst_of_its_four():
    line = judge(make_shipment())
    assert line.criteria == SCRATCHED and line.result == line.acceptance.result == "refused"
    assert line.complaints == [("Quality", "Accepted with reservation"), ("Performance", "Refused")]


def test_one_word_for_the_whole_line_is_said_of_all_four():
    line = sign(make_shipment()).lines.get()
    assert line.criteria == WELL and line.complaints == []


def test_fewer_than_were_sent_is_no_quantity_without_reservation_whatever_was_tapped():
    line = judge(make_shipment(), criteria=WELL, quantity=Decimal(8), remark="")
    assert line.criteria == {**WELL, "quantity": "reservation"}
    assert line.result == line.acceptance.result == "reservation"


@pytest.mark.parametrize("said", [{**WELL, "quality": "lovely"}, {"quality": "accepted"}])
def test_each_of_the_four_is_said_or_nothing_is_accepted(said):
    shipment = make_shipment()
    with pytest.raises(DomainError) as refused:
        judge(shipment, criteria=said)
    assert refused.value.fields and again(shipment).is_under_way
    assert all(name.startswith("of_") for name in refused.value.fields)


def test_whoever_complains_says_what_is_wrong():
    shipment = make_shipment()
    with pytest.raises(DomainError) as refused:
        judge(shipment, remark=" ")
    assert [name.rpartition("_")[0] for name in refused.value.fields] == ["remark"] and again(shipment).is_under_way


def test_what_was_accepted_before_is_read_without_the_four():
    line = sign(make_shipment()).lines.get()
    AcceptanceLine.objects.filter(pk=line.pk).update(
        of_quantity="", of_specification="", of_quality="", of_performance=""
    )
    line = again(line)
    assert line.criteria == {} and line.complaints == []
    page = client_of(Role.INSIDE_SALES).get(line.acceptance.shipment.get_absolute_url())
    assert page.status_code == 200


def test_the_database_keeps_all_four_or_none():
    line = sign(make_shipment()).lines.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptanceLine.objects.filter(pk=line.pk).update(of_quality="")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_slip_prints_the_four(language):
    judge(make_shipment())
    text = html_of(Document.objects.get(kind="acceptance_slip"), language)
    for words in {"en": ("Performance: Refused", "Quality: Accepted with"), "zh-hans": ("性能: 拒收", "质量: ")}[
        language
    ]:
        assert words in text


def test_the_customer_says_it_on_the_telephone_and_the_paper_way_asks_the_same():
    shipment, paper = make_shipment(), make_shipment()
    phone, line = Client(headers={"Accept-Language": "en"}), shipment.lines.get()
    given = {f"of_{name}_{line.pk}": word for name, word in SCRATCHED.items()}
    given |= {f"quantity_{line.pk}": "10", f"remark_{line.pk}": "划痕", "signer_name": "李明", "typed": "1"}
    address = reverse("signing:sign", args=[token_for(shipment)])
    assert phone.post(address, given).status_code == 303
    assert AcceptanceLine.objects.get().criteria == SCRATCHED
    assert "Performance: Refused" in phone.get(address).content.decode()
    line = paper.lines.get()
    given = {f"of_{name}_{line.pk}": word for name, word in SCRATCHED.items()}
    given |= {f"quantity_{line.pk}": "10", f"remark_{line.pk}": "划痕", "signer_name": "李明"}
    address = reverse("fulfillment:shipment-accept", args=[paper.pk])
    answer = client_of(Role.SALES).post(address, {**given, "scan": scan()})
    assert answer.status_code == 302 and AcceptanceLine.objects.get(shipment_line=line).criteria == SCRATCHED


@pytest.fixture
def clocks_of_before():
    """What the test puts in force is rolled back, and must not be remembered."""
    yield
    calendar.forget()


@pytest.mark.req("R6.4")
class TestTheProblem:
    def test_has_its_record_with_the_photos_at_once(self):
        shipment = make_shipment()
        sign(shipment, words_for(shipment, criteria=SCRATCHED, remark="功率不足"), photos=[picture(), picture("b.jpg")])
        record = Document.objects.get(kind="acceptance_problem")
        assert record.subject_id == AcceptanceProblem.objects.get().pk and len(record.context["photos"]) == 2
        assert all(photo.startswith("data:image/jpeg;base64,") for photo in record.context["photos"])
        assert (record.context["severity"], record.context["line"]["criteria"]) == ("major", SCRATCHED)

    def test_has_a_new_revision_of_its_record_when_it_is_settled(self):
        judge(make_shipment())
        settle("免费换货")
        old, new = Document.objects.filter(kind="acceptance_problem").order_by("revision")
        assert (new.revision, new.number, old.superseded_by) == (2, old.number, new)
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(render(new, "zh-hans")))
        for words in ("验收问题记录单", "电源老化", "更换电源", "免费换货", "功率不足"):
            assert words in text.replace("\r\n", ""), words

    def test_is_open_to_be_read_with_its_record_and_the_signer_masked(self):
        judge(make_shipment())
        record = Document.objects.get(kind="acceptance_problem")
        page = client_of(Role.AFTERSALES).get(AcceptanceProblem.objects.get().get_absolute_url()).content.decode()
        assert reverse("core:document-pdf", args=[record.pk, "zh-hans"]) in page and "Performance: Refused" in page
        assert "李明" in html_of(record, "en") and "李明" not in html_of(record, "en", masked=True)

    @pytest.mark.parametrize(
        ("criteria", "part"), [(SCRATCHED, "major"), ({**WELL, "quality": "reservation"}, "general")]
    )
    def test_runs_under_the_clock_of_its_severity(self, criteria, part):
        judge(make_shipment(), criteria=criteria)
        item = WorkItem.objects.get(kind=WorkKind.ACCEPTANCE_PROBLEM)
        assert (item.policy.part, item.policy.amount) == (part, {"general": 2, "major": 3}[part])

    def test_keeps_the_clock_it_was_opened_under(self, clocks_of_before):
        judge(make_shipment())
        before = WorkItem.objects.get(kind=WorkKind.ACCEPTANCE_PROBLEM)
        policy = before.policy
        change_policy(
            policy, basis=policy.basis, amount=9, warn_at=policy.warn_at, escalation=policy.escalation,
            by=person(Role.ADMIN),
        )  # fmt: skip
        judge(make_shipment())
        items = WorkItem.objects.filter(kind=WorkKind.ACCEPTANCE_PROBLEM).order_by("pk")
        assert [item.policy.version for item in items] == [1, 2]
        assert items[1].due_at - items[0].due_at > timedelta(days=5) and items[0].due_at == before.due_at

    def test_short_goods_are_a_general_one_settled_by_its_solution_alone(self):
        judge(make_shipment(), criteria={**WELL, "quantity": "reservation"}, quantity=Decimal(7))
        problem = AcceptanceProblem.objects.get()
        services.settle_problem(problem=problem, solution="补发三台", by=person(Role.AFTERSALES))
        assert not again(problem).is_open and Order.objects.get().status == "accepted"

    def test_is_not_for_strangers(self):
        judge(make_shipment())
        stranger = Client()
        stranger.force_login(make_user(Role.SALES))
        assert stranger.get(AcceptanceProblem.objects.get().get_absolute_url()).status_code == 404


def settle(compensation: str) -> None:
    services.settle_problem(
        problem=AcceptanceProblem.objects.get(), analysis="电源老化", solution="更换电源", compensation=compensation,
        by=person(Role.AFTERSALES), now=timezone.now(),
    )  # fmt: skip
