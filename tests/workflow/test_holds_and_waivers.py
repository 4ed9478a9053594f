"""Holds and special approvals: by name, four eyes, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Conflict, DomainError, NotPermitted
from tests.workflow.factories import at_once, make_case, make_person, make_subject
from workflow.models import Hold, Waiver, WorkItem
from workflow.services import (
    active_holds,
    answer_waiver,
    grant_waiver,
    hold_reasons,
    place_hold,
    release_hold,
    request_waiver,
    revoke_waiver,
    use_waiver,
    valid_waiver,
    waivers_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.mark.req("R14.1")
def test_a_hold_says_why_since_when_and_who_can_release_it():
    subject = make_subject()
    hold = place_hold(subject, kind="quality", reason="scratched", by=make_person("warehouse"))
    [reason] = hold_reasons(subject)
    assert (reason.since, reason.roles) == (hold.placed_at, ("general_manager", "quality"))
    assert "scratched" in str(reason.text)


@pytest.mark.req("R13.1")
def test_a_hold_is_released_by_its_roles_only_and_once():
    subject = make_subject()
    hold = place_hold(subject, kind="credit", reason="arrears", by=make_person("sales"))
    with pytest.raises(NotPermitted):
        release_hold(hold, note="please", by=make_person("sales"))
    assert active_holds(subject).exists()
    release_hold(hold, note="paid", by=(finance := make_person("finance")))
    assert not active_holds(subject).exists()
    with pytest.raises(Conflict):
        release_hold(hold, note="again", by=finance)


def test_a_second_hold_of_the_kind_and_one_without_reason_are_refused():
    subject, by = make_subject(), make_person("sales")
    place_hold(subject, kind="credit", reason="arrears", by=by)
    with pytest.raises(Conflict):
        place_hold(subject, kind="credit", reason="other", by=by)
    with pytest.raises(DomainError):
        place_hold(subject, kind="quality", reason=" ", by=by)
    assert Hold.objects.count() == 1


@pytest.mark.req("R5.1")
@pytest.mark.parametrize("role", ["sales_manager", "sales_director", "finance", "admin"])
def test_nobody_but_the_general_manager_opens_the_payment_gate(role):
    with pytest.raises(NotPermitted):
        grant_waiver(make_subject(), gate="payment", reason="old customer", cap=Decimal(900), by=make_person(role))
    assert not Waiver.objects.exists()


@pytest.mark.req("R3.4")
class TestWaivers:
    @pytest.fixture
    def gm(self, db):
        return make_person("general_manager")

    @pytest.fixture
    def subject(self, db):
        return make_subject()

    def test_it_opens_its_gate_once(self, subject, gm):
        grant_waiver(subject, gate="payment", reason="old customer", cap=Decimal(500), by=gm)
        used = use_waiver(subject, "payment", amount=Decimal(500), by=make_person(), reference="S1")
        assert (used.status, used.used_reference, used.decided_by) == ("used", "S1", gm)
        with pytest.raises(Conflict, match="waiver_gone"):
            use_waiver(subject, "payment", amount=Decimal(1), by=make_person())

    def test_not_another_gate_nor_another_subject_nor_above_its_cap_nor_after_its_time(self, subject, gm):
        end = timezone.now() + timedelta(hours=1)
        grant_waiver(subject, gate="credit", reason="x", cap=Decimal(500), expires_at=end, by=gm)
        assert valid_waiver(subject, "credit", Decimal(500))
        assert not valid_waiver(subject, "payment", Decimal(1))
        assert not valid_waiver(make_subject(), "credit", Decimal(1))
        assert not valid_waiver(subject, "credit", Decimal("500.01"))
        assert not valid_waiver(subject, "credit", Decimal(1), now=end)

    def test_the_tightest_one_is_used_first(self, subject, gm):
        grant_waiver(subject, gate="credit", reason="x", cap=Decimal(900), by=gm)
        tight = grant_waiver(subject, gate="credit", reason="x", cap=Decimal(10), by=gm)
        assert use_waiver(subject, "credit", amount=Decimal(5), by=gm) == tight

    @pytest.mark.req("R13.7")
    def test_who_submitted_or_asked_does_not_grant(self, subject, gm):
        make_case(subject, by=gm)
        with pytest.raises(NotPermitted):
            grant_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=gm)
        with pytest.raises(NotPermitted):
            grant_waiver(make_subject(), gate="payment", reason="x", cap=Decimal(900), by=gm, barred=[gm.pk])
        asked = request_waiver(make_subject(), gate="payment", reason="x", cap=Decimal(900), by=gm)
        with pytest.raises(NotPermitted):
            answer_waiver(asked, grant=True, by=gm)
        assert not Waiver.objects.filter(status="granted").exists()

    def test_the_database_refuses_a_grant_by_who_asked(self, subject, gm):
        asked = request_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=gm)
        with pytest.raises(IntegrityError), transaction.atomic():
            Waiver.objects.filter(pk=asked.pk).update(decided_by=gm)

    def test_a_request_is_work_until_it_is_answered(self, subject, gm):
        asked = request_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=make_person("sales"))
        assert WorkItem.objects.open().get().owner_role == "general_manager"
        assert gm.notifications.count() == 1
        assert valid_waiver(subject, "payment") is None
        answer_waiver(asked, grant=True, by=gm)
        assert valid_waiver(subject, "payment") == asked
        assert not WorkItem.objects.open().exists()

    def test_a_refusal_says_why_and_opens_nothing(self, subject, gm):
        asked = request_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=make_person("sales"))
        with pytest.raises(DomainError):
            answer_waiver(asked, grant=False, by=gm)
        answer_waiver(asked, grant=False, note="no", by=gm)
        assert valid_waiver(subject, "payment") is None

    def test_a_revoked_one_opens_nothing(self, subject, gm):
        waiver = grant_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=gm)
        revoke_waiver(waiver, reason="second thoughts", by=gm)
        with pytest.raises(Conflict, match="waiver_gone"):
            use_waiver(subject, "payment", by=gm)
        assert waivers_of(subject).get().status == "revoked"

    @pytest.mark.req("R14.4")
    @pytest.mark.parametrize("gate", ["payment", "credit"])
    def test_where_the_rule_is_about_an_amount_it_says_up_to_how_much(self, subject, gm, gate):
        with pytest.raises(DomainError) as refused:
            grant_waiver(subject, gate=gate, reason="x", by=gm)
        assert set(refused.value.fields) == {"cap"} and not Waiver.objects.exists()
        assert grant_waiver(subject, gate="price_floor", reason="x", by=gm).cap is None

    def test_taking_one_back_needs_a_reason(self, subject, gm):
        waiver = grant_waiver(subject, gate="lead_time", reason="x", by=gm)
        with pytest.raises(DomainError, match="reason"):
            revoke_waiver(waiver, reason=" ", by=gm)
        assert valid_waiver(subject, "lead_time") == waiver

    def test_it_needs_a_reason_a_sensible_cap_and_a_future(self, subject, gm):
        with pytest.raises(DomainError) as refused:
            grant_waiver(
                subject, gate="credit", reason="", cap=Decimal(0), expires_at=timezone.now() - timedelta(1), by=gm
            )
        assert set(refused.value.fields) == {"reason", "cap", "expires_at"}


@pytest.mark.req("R14.4")
@pytest.mark.django_db(transaction=True)
def test_of_ten_who_use_one_waiver_at_once_one_gets_through():
    subject, gm = make_subject(), make_person("general_manager")
    grant_waiver(subject, gate="payment", reason="x", cap=Decimal(900), by=gm)
    results = at_once(10, lambda i: use_waiver(subject, "payment", by=gm, reference=f"S{i}"))
    assert sum(isinstance(result, Waiver) for result in results) == 1, results
    assert sum(isinstance(result, Conflict) for result in results) == 9
