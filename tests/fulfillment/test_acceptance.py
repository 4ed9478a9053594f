from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment, Document
from fulfillment import services
from fulfillment.models import Acceptance, AcceptanceProblem, Shipment
from tests.factories import client_of, fresh, make_user, person
from tests.fulfillment.factories import (
    dispatch,
    drawn,
    make_inspected,
    make_shipment,
    picture,
    prepare,
    scan,
    sign,
    words_for,
)
from workflow.choices import WorkKind
from workflow.models import Notification
from workflow.services import open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R6.3")]


def kinds(order):
    return set(open_items(order).values_list("kind", flat=True))


@pytest.mark.sqlite
@pytest.mark.req("R6.2")
def test_the_customers_signature_accepts_shipment_and_order():
    shipment = make_shipment()
    acceptance = sign(shipment)
    order = fresh(shipment.order)
    assert order.status == "accepted" and order.lines.get().quantity_accepted == 10
    assert (acceptance.via, acceptance.result, acceptance.signer_name) == ("phone", "accepted", "李明")
    assert kinds(order) == {WorkKind.VISIT}


def test_an_order_in_parts_is_accepted_with_its_last_part():
    order = make_inspected()
    first = dispatch(prepare(order, 4))
    sign(first)
    assert fresh(order).status == "in_production"
    sign(dispatch(prepare(order, 6)))
    assert fresh(order).status == "accepted"


def test_an_earlier_part_that_is_not_signed_keeps_the_order_open():
    order = make_inspected()
    dispatch(prepare(order, 4))
    sign(dispatch(prepare(order, 6)))
    assert fresh(order).status == "shipped"


@pytest.mark.req("R6.2")
def test_the_slip_carries_signature_quantities_and_results():
    shipment = make_shipment()
    sign(shipment)
    slip = Document.objects.get(kind="acceptance_slip").context
    assert slip["signature"].startswith("data:image/png;base64,") and len(slip["signature"]) < 12_000
    assert (slip["lines"][0]["received"], slip["lines"][0]["result"]) == ("10.000", "accepted")


@pytest.mark.req("R6.4")
@pytest.mark.parametrize(
    ("word", "severity", "taken"),
    [
        ({"result": "refused", "remark": "进水"}, "major", 0),
        ({"quantity": Decimal(7)}, "general", 7),
        ({"result": "reservation", "remark": "外箱破损"}, "general", 10),
    ],
)
def test_what_is_not_right_becomes_work_for_after_sales(word, severity, taken):
    shipment = make_shipment()
    sign(shipment, words_for(shipment, **word))
    order = fresh(shipment.order)
    problem = AcceptanceProblem.objects.get()
    assert problem.severity == severity
    assert (order.status, order.lines.get().quantity_accepted) == ("shipped", taken)
    item = open_items(order).get(kind=WorkKind.ACCEPTANCE_PROBLEM)
    assert (item.key, item.url, item.owner_role) == (str(problem.pk), problem.get_absolute_url(), Role.AFTERSALES)


@pytest.mark.req("R6.4")
def test_after_sales_sales_manager_and_salesperson_are_told_at_once():
    people = [person(Role.AFTERSALES), person(Role.SALES_MANAGER), person(Role.SALES)]
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    told = Notification.objects.filter(text__startswith="Acceptance problem").values_list("user_id", flat=True)
    assert set(told) == {one.pk for one in people}


@pytest.mark.req("R6.4")
def test_the_settled_problem_lets_the_order_be_accepted():
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    services.settle_problem(
        problem=AcceptanceProblem.objects.get(), analysis="包装", solution="换货", compensation="运费",
        by=person(Role.AFTERSALES),
    )  # fmt: skip
    order = fresh(shipment.order)
    assert order.status == "accepted" and kinds(order) == {WorkKind.VISIT}
    with pytest.raises(Conflict):
        services.settle_problem(
            problem=AcceptanceProblem.objects.get(), analysis="x", solution="x", by=person(Role.AFTERSALES)
        )


@pytest.mark.req("R6.4")
@pytest.mark.parametrize("missing", ["analysis", "solution", "compensation"])
def test_a_major_problem_is_not_settled_without_cause_solution_and_compensation(missing):
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="refused", remark="进水"))
    given: dict[str, Any] = {"analysis": "包装", "solution": "换货", "compensation": "免运费", missing: " "}
    with pytest.raises(DomainError) as refused:
        services.settle_problem(problem=AcceptanceProblem.objects.get(), by=person(Role.AFTERSALES), **given)
    assert missing in refused.value.fields and AcceptanceProblem.objects.get().is_open


@pytest.mark.req("R6.4")
@pytest.mark.parametrize(("result", "needed"), [("refused", True), ("reservation", False)])
def test_the_form_of_a_problem_asks_for_what_its_severity_needs(result, needed):
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result=result, remark="进水"))
    page = client_of(Role.AFTERSALES).get(AcceptanceProblem.objects.get().get_absolute_url())
    assert [page.context["form"].fields[name].required for name in ("analysis", "compensation")] == [needed] * 2


def test_sales_does_not_settle_a_problem():
    shipment = make_shipment()
    sign(shipment, words_for(shipment, quantity=Decimal(1)))
    with pytest.raises(NotPermitted):
        services.settle_problem(problem=AcceptanceProblem.objects.get(), solution="x", by=person(Role.SALES))


@pytest.mark.req("R6.2")
class TestThePaperWay:
    def accept(self, shipment, **over):
        values = {"words": words_for(shipment), "signer_name": "李明", "scan": scan(), "by": person(Role.SALES)}
        return services.accept_shipment(shipment=shipment, **{**values, **over})

    def test_keeps_the_scan_and_the_time_on_the_paper(self):
        shipment = make_shipment()
        yesterday = timezone.now() - timedelta(days=1)
        Shipment.objects.update(shipped_at=yesterday - timedelta(hours=4))
        acceptance = self.accept(shipment, signed_at=yesterday, photos=[picture()])
        assert (acceptance.via, acceptance.signed_at) == ("paper", yesterday)
        assert set(Attachment.objects.values_list("kind", flat=True)) == {"signed_note", "photo"}
        assert fresh(shipment.order).status == "accepted"

    def test_is_refused_without_the_scan_for_the_future_and_for_a_time_before_the_goods_left(self):
        shipment = make_shipment()
        an_hour = timedelta(hours=1)
        for over in ({"scan": None}, {"signed_at": timezone.now() + an_hour}, {"signed_at": timezone.now() - an_hour}):
            with pytest.raises(DomainError):
                self.accept(shipment, **over)
        assert not Acceptance.objects.exists()

    def test_is_for_those_who_may_see_the_order(self):
        shipment = make_shipment()
        stranger = make_user(Role.SALES)
        with pytest.raises(NotPermitted):
            self.accept(shipment, by=stranger)
        assert Shipment.objects.get().is_under_way

    def test_is_refused_for_what_has_not_left_or_is_accepted(self):
        prepared = prepare(make_inspected())
        with pytest.raises(Conflict):
            self.accept(prepared)
        shipment = make_shipment()
        self.accept(shipment)
        with pytest.raises(Conflict):
            self.accept(shipment)


@pytest.mark.req("R6.2")
class TestARefusedSignature:
    @pytest.mark.parametrize(
        ("over", "field"),
        [
            ({"signer_name": " "}, "signer_name"),
            ({"signature": ""}, "signature"),
            ({"signature": drawn(strokes=False)}, "signature"),
            ({"signature": "data:image/png;base64,AAAA"}, "signature"),
            ({"signature": "data:image/svg+xml,<svg/>"}, "signature"),
            ({"photos": [picture()] * 7}, "photos"),
            ({"photos": [scan()]}, "photos"),
        ],
    )
    def test_changes_nothing(self, over, field):
        shipment = make_shipment()
        with pytest.raises(DomainError) as refused:
            sign(shipment, **over)
        assert field in refused.value.fields
        assert Shipment.objects.get().is_under_way and not Acceptance.objects.exists()
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize(
        ("word", "field"),
        [
            ({"quantity": Decimal(11)}, "quantity"),
            ({"quantity": Decimal(-1)}, "quantity"),
            ({"result": "lovely"}, "result"),
            ({"result": "refused"}, "remark"),
        ],
    )
    def test_names_the_line(self, word, field):
        shipment = make_shipment()
        with pytest.raises(DomainError) as refused:
            sign(shipment, words_for(shipment, **word))
        names = ["of_quantity", "of_specification", "of_quality", "of_performance"] if field == "result" else [field]
        assert list(refused.value.fields) == [f"{name}_{shipment.lines.get().pk}" for name in names]
        assert fresh(shipment.order).lines.get().quantity_accepted == 0

    def test_of_lines_of_another_shipment_is_refused(self):
        shipment, other = make_shipment(), make_shipment()
        with pytest.raises(DomainError):
            sign(shipment, {**words_for(shipment), **words_for(other)})
        assert not Acceptance.objects.exists()


def test_a_typed_name_signs_where_nothing_can_be_drawn():
    shipment = make_shipment()
    assert sign(shipment, signature="", typed=True).signature is None


@pytest.mark.parametrize("role", [Role.SALES, Role.GENERAL_MANAGER, Role.ADMIN])
def test_nobody_signs_in_the_customers_place(role):
    shipment = make_shipment()
    with pytest.raises(NotPermitted):
        services.sign_delivery(token="x" * 27, words={}, signer_name="李明", by=person(role))
    assert system_user().is_system and Shipment.objects.get().is_under_way == shipment.is_under_way
