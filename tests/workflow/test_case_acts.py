"""Beside signing: one more person is asked, or the case goes back to an earlier step."""

import pytest
from django.test import Client

from core.errors import Conflict, DomainError, NotPermitted
from tests.workflow.factories import at_once, make_case, make_person, make_subject, only_rules
from workflow import doors
from workflow.models import ApprovalCase, ApprovalStep, WorkItem
from workflow.services import add_approver, current_steps, decide, return_to_step, withdraw_case

pytestmark = [pytest.mark.req("R3.5"), pytest.mark.django_db]


@pytest.fixture
def manager(db):
    return make_person("sales_manager", display_name="李经理")


@pytest.fixture
def director(db):
    return make_person("sales_director", display_name="张总监")


@pytest.fixture
def expert(db):
    return make_person("engineering", display_name="吴刚")


@pytest.fixture
def case(manager, director):
    only_rules({}, {"role": "sales_director", "position": 2})
    return make_case()


def turn(case) -> list[str]:
    return [step.asked_of for step in current_steps(ApprovalCase.objects.get(pk=case.pk))]


def statuses() -> list[str]:
    return list(ApprovalStep.objects.order_by("position").values_list("status", flat=True))


def inboxes() -> list[str]:
    return sorted(item.owner_name for item in WorkItem.objects.open())


class TestOneMorePerson:
    def test_asked_before_me_answers_first(self, case, manager, expert):
        add_approver(case, person=expert, before=True, word="做得出来吗", by=manager)
        assert turn(case) == ["吴刚"] and inboxes() == ["吴刚"]
        with pytest.raises(NotPermitted):
            decide(case, approve=True, by=manager)
        decide(case, approve=True, comment="可以", by=expert)
        assert turn(case) == ["Sales manager"]

    def test_asked_after_me_comes_before_the_next_step(self, case, manager, expert):
        add_approver(case, person=expert, before=False, word="请看价格", by=manager)
        assert turn(case) == ["Sales manager"]
        decide(case, approve=True, by=manager)
        assert turn(case) == ["吴刚"]
        decide(case, approve=True, by=expert)
        assert turn(case) == ["Sales director"]

    def test_after_the_last_step_nothing_passes_without_the_one_asked(self, case, manager, director, expert):
        decide(case, approve=True, by=manager)
        add_approver(case, person=expert, before=False, word="请看", by=director)
        assert decide(case, approve=True, by=director).status == "open"
        assert decide(case, approve=True, by=expert).status == "approved"

    def test_whoever_is_asked_can_refuse(self, case, manager, expert):
        add_approver(case, person=expert, before=True, word="?", by=manager)
        assert decide(case, approve=False, comment="做不了", by=expert).status == "refused"

    def test_it_takes_a_word_and_ones_own_turn(self, case, manager, director, expert):
        with pytest.raises(DomainError) as refused:
            add_approver(case, person=expert, before=True, word=" ", by=manager)
        assert "word" in refused.value.fields
        with pytest.raises(NotPermitted):
            add_approver(case, person=expert, before=True, word="?", by=director)
        assert len(statuses()) == 2

    @pytest.mark.req("R13.7")
    def test_nobody_who_wrote_on_it_is_asked(self, manager, director):
        author = make_person("engineering")
        case = make_case(author_ids=[author.pk])
        with pytest.raises(DomainError) as refused:
            add_approver(case, person=author, before=True, word="?", by=manager)
        assert refused.value.code == "barred"

    @pytest.mark.parametrize("over", [{"is_active": False}, {"kind": "partner"}])
    def test_only_a_colleague_who_can_sign_is_asked(self, case, manager, over):
        with pytest.raises(DomainError):
            add_approver(case, person=make_person("finance", **over), before=True, word="?", by=manager)

    def test_nobody_is_asked_twice_at_once(self, case, manager, expert):
        add_approver(case, person=expert, before=False, word="?", by=manager)
        with pytest.raises(Conflict):
            add_approver(case, person=expert, before=False, word="?", by=manager)


class TestSendingBack:
    def test_from_the_earlier_step_on_everybody_is_asked_again(self, case, manager, director):
        decide(case, approve=True, comment="同意", by=manager)
        return_to_step(case, target=1, comment="再看看价格", by=director)
        assert statuses() == ["replaced", "returned", "waiting", "waiting"]
        assert turn(case) == ["Sales manager"] and inboxes() == ["Sales manager"]
        decide(case, approve=True, by=manager)
        assert decide(case, approve=True, by=director).status == "approved"

    def test_what_was_signed_stays_readable_and_the_signer_hears_why(self, case, manager, director):
        decide(case, approve=True, comment="同意", by=manager)
        return_to_step(case, target=1, comment="再看看价格", by=director)
        assert ApprovalStep.objects.get(position=1).comment == "同意"
        assert manager.notifications.filter(params__comment="再看看价格").count() == 1

    def test_it_takes_a_comment_an_earlier_signature_and_ones_turn(self, case, manager, director):
        decide(case, approve=True, by=manager)
        for target, comment, by in ((1, "", director), (2, "x", director), (9, "x", director), (1, "x", manager)):
            with pytest.raises(DomainError):
                return_to_step(case, target=target, comment=comment, by=by)
        assert statuses() == ["approved", "waiting"]

    def test_a_stage_of_which_one_sufficed_is_asked_whole(self, manager, director):
        only_rules({"mode": "any"}, {"role": "finance", "mode": "any"}, {"role": "sales_director", "position": 2})
        finance = make_person("finance")
        case = make_case()
        decide(case, approve=True, by=manager)
        return_to_step(case, target=1, comment="?", by=director)
        assert turn(case) == ["Sales manager", "Finance"]
        assert decide(case, approve=True, by=finance).status == "open"
        assert turn(case) == ["Sales director"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_decided_while_it_is_withdrawn_is_one_or_the_other(attempt):
    manager, seller = make_person("sales_manager"), make_person("sales")
    only_rules({})
    case = make_case(make_subject(), by=seller)

    def work(index):
        return withdraw_case(case, by=seller) if index else decide(case, approve=True, by=manager)

    results = at_once(2, work)
    assert sum(isinstance(result, Conflict) for result in results) == 1
    case = ApprovalCase.objects.get()
    assert (case.status, statuses()) in [("approved", ["approved"]), ("withdrawn", ["dropped"])]
    assert not WorkItem.objects.open().exists()


# ---- pages ----------------------------------------------------------------------------------------------------------


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_acts_have_pages(case, manager, director, expert):
    client = signed_in(manager)
    url = f"/approvals/{case.pk}/add/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"person": expert.pk, "when": "after", "word": "请看"}).status_code == 302
    decide(case, approve=True, by=manager)
    decide(case, approve=True, by=expert)
    client = signed_in(director)
    url = f"/approvals/{case.pk}/return/"
    assert "李经理" in client.get(url).content.decode()
    assert client.post(url, {"target": 1, "comment": "再看"}).status_code == 302
    assert turn(case) == ["Sales manager"]


def test_who_holds_two_roles_sends_nothing_back_from_a_step_they_have_not_seen(case, manager):
    both = make_person("sales_manager", "sales_director")
    url, client = f"/approvals/{case.pk}/add/", signed_in(both)
    assert 'name="step" value="1"' in client.get(url).content.decode()
    decide(case, approve=True, by=manager)
    data = {"person": make_person("engineering").pk, "when": "before", "word": "?", "step": 1}
    assert client.post(url, data).status_code == 409
    assert len(statuses()) == 2


def test_who_cannot_act_reads_why_before_typing(case, director):
    page = signed_in(director).get(f"/approvals/{case.pk}/add/").content.decode()
    assert "It is the turn of somebody else: Sales manager." in page and 'name="word"' not in page
    withdraw_case(case, by=make_person("order_center"))
    assert "This was already decided." in signed_in(director).get(f"/approvals/{case.pk}/add/").content.decode()


def test_what_was_decided_meanwhile_says_so_beside_its_row(case, manager):
    withdraw_case(case, by=manager)
    data = {"act": "approve", "pick": [case.pk], "confirmed": "1", "comment": ""}
    assert "This was already decided." in signed_in(manager).post("/approvals/", data).content.decode()


def test_a_case_is_seen_by_those_it_concerns(case, manager, expert):
    assert signed_in(expert).get(f"/approvals/{case.pk}/add/").status_code == 404
    assert signed_in(manager).get(f"/approvals/{case.pk}/add/").status_code == 200


def test_several_are_approved_at_once_with_a_result_per_row(manager, monkeypatch):
    monkeypatch.setattr(doors, "_DOORS", {})  # the people who stand in for orders here have no door of their own
    only_rules({})
    mine = [make_case(customer_id=number) for number in range(2)]
    own = make_case(by=manager)
    client = signed_in(manager)
    data = {"act": "approve", "pick": [case.pk for case in [*mine, own]]}
    assert "3 rows" in client.post("/approvals/", data).content.decode()  # asked first
    page = client.post("/approvals/", {**data, "confirmed": "1", "comment": "同意"}).content.decode()
    assert "2 of 3 rows done" in page and "somebody else has to decide" in page
    assert [case.status for case in ApprovalCase.objects.order_by("pk")] == ["approved", "approved", "open"]


def test_the_inbox_offers_approvals_to_be_chosen(case, manager):
    page = signed_in(manager).get("/").content.decode()
    assert f'name="pick" value="{case.pk}"' in page and 'id="approve-many"' in page


def test_waiting_for_me_is_what_it_is_my_turn_for(case, manager, director):
    assert str(case.subject_label) in signed_in(manager).get("/approvals/?waiting=me").content.decode()
    assert str(case.subject_label) not in signed_in(director).get("/approvals/?waiting=me").content.decode()


def test_the_list_costs_the_same_with_one_case_and_with_ten(case, manager, django_assert_max_num_queries):
    client = signed_in(manager)
    for _number in range(9):
        make_case()
    client.get("/approvals/")
    with django_assert_max_num_queries(12):
        client.get("/approvals/")
