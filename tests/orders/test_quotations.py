"""A quotation from its draft to the order (R3.7, R1.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.choices import Role
from accounts.models import system_user
from core import outbox_delivery
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Document, OutboxMessage
from orders import services
from orders.models import Order, Quotation
from orders.quotation_specs import FIELDS, spec_of_quotation
from orders.specs import LineSpec, spec_of
from orders.tasks import expire_quotations
from tests.factories import make_product, make_user, person
from tests.orders.quotation_factories import approve, fresh_quotation, make_quotation, quotation_spec, send, submit
from workflow.models import Notification
from workflow.services import cases_of, open_items

pytestmark = [pytest.mark.django_db, pytest.mark.req("R3.7")]


def kinds(quotation: Quotation) -> list[str]:
    return sorted(open_items(quotation).values_list("kind", flat=True))


def test_each_step_puts_the_next_one_into_an_inbox():
    assert kinds(make_quotation("draft")) == []
    assert kinds(make_quotation("submitted")) == ["approval"]
    assert kinds(make_quotation("approved")) == ["send_quotation"]
    assert kinds(make_quotation("sent")) == ["quotation_follow_up"]
    assert kinds(make_quotation("accepted")) == ["order_quotation"]


@pytest.mark.req("R2.2")
def test_quotations_are_numbered_in_a_series_of_their_own():
    first, second = make_quotation(), make_quotation()
    assert first.number.startswith("Q") and second.number[:-3] == first.number[:-3]
    assert int(second.number[-3:]) == int(first.number[-3:]) + 1


def test_what_is_missing_is_listed_field_by_field_and_nothing_is_submitted():
    quotation = make_quotation(contact_name="", valid_until=timezone.localdate() - timedelta(days=1), terms=())
    with pytest.raises(DomainError) as refused:
        services.submit_quotation(quotation=quotation, by=person(Role.SALES))
    assert set(refused.value.fields) == {"contact_name", "valid_until", "terms"}
    assert fresh_quotation(quotation).status == "draft" and kinds(quotation) == []


@pytest.mark.req("R3.5")
@pytest.mark.parametrize(("price", "roles"), [(5000, ["sales_manager"]), (3999, ["sales_manager", "sales_director"])])
def test_below_the_floor_the_director_is_asked_too(price, roles):
    lines = [LineSpec(Decimal(1), Decimal(price), product=make_product(floor_price=Decimal(4000)))]
    case = cases_of(make_quotation("submitted", lines=lines)).get()
    assert [step.role for step in case.steps.all()] == roles


@pytest.mark.req("R3.5")
def test_above_the_amount_the_director_is_asked_too():
    lines = [LineSpec(Decimal(11), Decimal(5000), product=make_product())]
    case = cases_of(make_quotation("submitted", lines=lines)).get()
    assert [step.role for step in case.steps.all()] == ["sales_manager", "sales_director"]


@pytest.mark.req("R13.7")
def test_whoever_wrote_a_version_does_not_approve_a_later_one():
    writer = make_user(Role.SALES_MANAGER, Role.SALES)
    quotation = services.save_quotation(spec=quotation_spec(), by=writer)
    person(Role.SALES_MANAGER)
    services.submit_quotation(quotation=quotation, by=person(Role.SALES))
    approve(quotation)
    following = services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    services.save_quotation(spec=quotation_spec(remarks="新"), quotation=following, by=person(Role.SALES))
    services.submit_quotation(quotation=following, by=person(Role.SALES))
    with pytest.raises(NotPermitted) as refused:
        services.decide_quotation(quotation=following, approve=True, by=writer)
    assert refused.value.code == "four_eyes"
    assert fresh_quotation(following).status == "submitted"


def test_a_refusal_makes_it_a_draft_again_with_the_comment_in_the_sellers_inbox():
    quotation = make_quotation("submitted")
    services.decide_quotation(quotation=quotation, approve=False, comment="折扣太大", by=person(Role.SALES_MANAGER))
    assert fresh_quotation(quotation).status == "draft"
    [item] = open_items(quotation)
    assert (item.kind, item.owner, item.title) == ("returned_quotation", person(Role.SALES), "折扣太大")
    services.submit_quotation(quotation=quotation, by=person(Role.SALES))
    assert kinds(quotation) == ["approval"]


# ---- sending --------------------------------------------------------------------------------------------------------


def test_sending_mails_the_paper_once_in_the_customers_language():
    quotation = make_quotation("approved", language="en")
    send(quotation)
    with pytest.raises(Conflict):
        send(quotation)
    message = OutboxMessage.objects.get(kind="document_mail")
    outbox_delivery.deliver(message.pk)
    outbox_delivery.deliver(message.pk)
    [sent] = mail.outbox
    document = Document.objects.get(kind="quotation")
    assert sent.to == ["li@example.com"] and sent.reply_to == []
    assert document.number == quotation.number and document.number in sent.subject and "Quotation" in sent.subject
    [(name, content, kind)] = sent.attachments
    assert (name, kind) == (f"{quotation.number}.pdf", "application/pdf") and content.startswith(b"%PDF")
    assert document.files.get(language="en").size == len(content)


def test_a_mail_that_failed_goes_with_the_same_paper_later(monkeypatch):
    quotation = make_quotation("sent")
    message = OutboxMessage.objects.get(kind="document_mail")
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lambda _mail: 1 / 0)
        outbox_delivery.deliver(message.pk)
    assert mail.outbox == []
    outbox_delivery.deliver(message.pk, now=timezone.now() + timedelta(days=1))
    assert len(mail.outbox) == 1
    assert Document.objects.filter(subject_id=quotation.pk, kind="quotation").count() == 1


def test_sent_again_it_is_the_same_paper():
    quotation = make_quotation("sent")
    services.send_quotation(quotation=quotation, to=["wang@example.com"], again=True, by=person(Role.SALES))
    assert Document.objects.filter(kind="quotation").count() == 1
    assert OutboxMessage.objects.filter(kind="document_mail").count() == 2


@pytest.mark.parametrize("to", [[], ["nobody"], ["a@example.com", "b"], [f"a{n}@example.com" for n in range(11)]])
def test_nothing_is_sent_without_proper_addresses(to):
    quotation = make_quotation("approved")
    with pytest.raises(DomainError) as refused:
        services.send_quotation(quotation=quotation, to=to, by=person(Role.SALES))
    assert "to" in refused.value.fields
    assert fresh_quotation(quotation).status == "approved" and not Document.objects.filter(kind="quotation").exists()


def test_what_ran_out_is_not_sent():
    quotation = make_quotation("approved")
    with pytest.raises(DomainError) as refused:
        services.send_quotation(
            quotation=quotation, to=["li@example.com"], by=person(Role.SALES), now=timezone.now() + timedelta(days=40)
        )
    assert refused.value.code == "run_out" and fresh_quotation(quotation).status == "approved"


def test_the_follow_up_is_due_before_the_validity_ends():
    day = timezone.localdate() + timedelta(days=3)
    quotation = make_quotation("sent", valid_until=day)
    item = open_items(quotation).get()
    assert timezone.localdate(item.due_at) <= day and item.owner == quotation.salesperson


# ---- versions -------------------------------------------------------------------------------------------------------


def test_a_revision_is_the_next_version_with_the_same_content():
    quotation = make_quotation("sent")
    following = services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    assert (following.number, following.version, following.supersedes) == (quotation.number, 2, quotation)
    assert str(following) == f"{quotation.number}-V2"
    before, after = spec_of_quotation(quotation), spec_of_quotation(following)
    assert [getattr(after, name) for name in FIELDS] == [getattr(before, name) for name in FIELDS]
    assert after.lines == before.lines and after.terms == before.terms
    assert fresh_quotation(quotation).status == "superseded" and kinds(quotation) == []


def test_each_version_is_a_paper_of_its_own():
    quotation = make_quotation("sent")
    following = services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    submit(following)
    approve(following)
    send(following)
    numbers = Document.objects.filter(kind="quotation").order_by("pk").values_list("number", "revision")
    assert list(numbers) == [(quotation.number, 1), (f"{quotation.number}-V2", 1)]


def test_a_superseded_version_is_not_revised_again():
    quotation = make_quotation("sent")
    services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    with pytest.raises(Conflict):
        services.revise_quotation(quotation=quotation, by=person(Role.SALES))
    assert Quotation.objects.count() == 2


def test_an_edit_over_somebody_elses_is_refused():
    quotation = make_quotation()
    services.save_quotation(spec=quotation_spec(remarks="一"), quotation=quotation, edition=0, by=person(Role.SALES))
    with pytest.raises(Conflict) as refused:
        services.save_quotation(
            spec=quotation_spec(remarks="二"), quotation=quotation, edition=0, by=person(Role.SALES)
        )
    assert refused.value.code == "edited" and fresh_quotation(quotation).remarks == "一"


# ---- outcome --------------------------------------------------------------------------------------------------------


@pytest.mark.req("R1.3")
def test_it_becomes_an_order_with_nothing_typed_twice():
    quotation = make_quotation("sent", remarks="含税", packaging="木箱")
    order = services.order_quotation(quotation=quotation, by=person(Role.SALES))
    said, made = spec_of_quotation(quotation), spec_of(order)
    assert fresh_quotation(quotation).status == "accepted" and order.quotation == quotation
    assert (made.lines, made.terms) == (said.lines, said.terms)
    for name in ("customer", "contact_name", "contact_phone", "salesperson", "currency", "remarks", "packaging"):
        assert getattr(made, name) == getattr(said, name)
    assert made.requested_date == timezone.localdate() + timedelta(days=14)
    assert made.delivery_address == "北京市海淀区1号"
    assert kinds(quotation) == []
    services.receive_order(order=order, by=person(Role.SALES))
    assert Order.objects.get(pk=order.pk).quotation == quotation


@pytest.mark.req("R1.3")
def test_a_quotation_is_ordered_once():
    quotation = make_quotation("accepted")
    services.order_quotation(quotation=quotation, by=person(Role.SALES))
    with pytest.raises(Conflict) as refused:
        services.order_quotation(quotation=quotation, by=person(Role.SALES))
    assert refused.value.code == "ordered" and Order.objects.count() == 1


def test_a_copied_order_does_not_take_the_quotation_along():
    order = services.order_quotation(quotation=make_quotation("sent"), by=person(Role.SALES))
    assert services.copy_order(order=order, by=person(Role.SALES)).quotation is None


def test_a_loss_has_a_reason_and_ends_all_work():
    quotation = make_quotation("submitted")
    with pytest.raises(DomainError):
        services.lose_quotation(quotation=quotation, reason="", by=person(Role.SALES))
    with pytest.raises(DomainError):
        services.lose_quotation(quotation=quotation, reason="other", by=person(Role.SALES))
    assert fresh_quotation(quotation).status == "submitted" and kinds(quotation) == ["approval"]
    services.lose_quotation(quotation=quotation, reason="price", note="高 5%", by=person(Role.SALES))
    lost = fresh_quotation(quotation)
    assert (lost.status, lost.loss_reason, lost.outcome_note) == ("lost", "price", "高 5%")
    assert kinds(quotation) == [] and cases_of(quotation).get().status == "withdrawn"


def test_the_general_manager_hears_of_what_was_large():
    boss = person(Role.GENERAL_MANAGER)
    small = make_quotation("sent")
    large = make_quotation("sent", lines=[LineSpec(Decimal(20), Decimal(5000), product=make_product())])
    services.lose_quotation(quotation=small, reason="price", by=person(Role.SALES))
    services.lose_quotation(quotation=large, reason="delivery", by=person(Role.SALES))
    told = Notification.objects.filter(user=boss, key__startswith="quotation:").get()
    assert told.params["subject"] == str(large) and told.params["t_reason"] == "Delivery too late"


def test_what_is_past_its_validity_runs_out_however_often_it_is_looked_for(monkeypatch):
    running, sent, draft = make_quotation("approved"), make_quotation("sent"), make_quotation()
    long = make_quotation("sent", valid_until=timezone.localdate() + timedelta(days=300))
    later = timezone.now() + timedelta(days=31)
    assert services.expire_quotations(by=system_user(), now=later) == 2
    assert services.expire_quotations(by=system_user(), now=later) == 0
    statuses = [fresh_quotation(q).status for q in (running, sent, draft, long)]
    assert statuses == ["expired", "expired", "draft", "sent"]
    assert kinds(running) == kinds(sent) == []
    assert Notification.objects.filter(user=person(Role.SALES), text__startswith="Quotation").count() == 2


@pytest.mark.parametrize("act", [services.accept_quotation, services.order_quotation])
def test_past_its_validity_it_is_neither_accepted_nor_ordered_though_no_sweep_has_come_by(act):
    quotation = make_quotation("sent")
    Quotation.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(DomainError, match="run_out"):
        act(quotation=quotation, by=person(Role.SALES))
    assert fresh_quotation(quotation).status == "sent" and not Order.objects.exists()
    client = Client()
    client.force_login(person(Role.SALES))
    for page in ("", "accept/", "order/"):
        assert "Its validity has ended." in client.get(quotation.get_absolute_url() + page).content.decode()


def test_on_its_last_day_a_quotation_stands():
    quotation = make_quotation("sent", valid_until=timezone.localdate())
    expire_quotations()
    assert fresh_quotation(quotation).status == "sent"


def test_nobody_else_makes_quotations_run_out():
    with pytest.raises(NotPermitted):
        services.expire_quotations(by=make_user(Role.ADMIN))
