"""News in the reader's language, in the application and by e-mail, once each."""

import pytest
from django.core import mail
from django.utils import translation

from core.models import OutboxMessage
from tests.workflow.factories import at, make_item, make_person, make_subject
from workflow.models import Notification
from workflow.notifications import deliver_email, in_words, notify
from workflow.services.sweep import sweep

pytestmark = [pytest.mark.req("R13.3"), pytest.mark.django_db, pytest.mark.sqlite]


def test_the_same_news_reaches_a_person_once():
    person = make_person(email="a@example.com")
    for _again in range(3):
        notify([person, person], "x", key="news:1")
    assert Notification.objects.count() == OutboxMessage.objects.filter(kind="email").count() == 1


def test_who_did_it_is_not_told():
    doer, other = make_person(), make_person()
    assert notify([doer, other], "x", by=doer) == 1
    assert not doer.notifications.exists()


def test_nothing_is_told_when_the_act_is_rolled_back():
    from django.db import transaction

    person = make_person(email="a@example.com")
    with pytest.raises(RuntimeError), transaction.atomic():
        notify([person], "x")
        raise RuntimeError
    assert not Notification.objects.exists() and not OutboxMessage.objects.exists()


def test_an_email_is_plain_and_leads_to_the_act(settings):
    settings.SITE_URL = "https://jiedan.example"
    person = make_person("production", email="p@example.com", language="en", display_name="Ada")
    item = make_item()
    sweep(at("2026-03-02 12:00"))
    deliver_email(OutboxMessage.objects.get(kind="email"))
    [message] = mail.outbox
    assert message.to == [person.email]
    assert message.subject.startswith("Production reply, 202603-001: due Monday, 2 March 2026")
    assert f"https://jiedan.example/people/{item.subject_id}/production_reply/" in message.body


def test_a_second_delivery_carries_the_same_message_id():
    notify([make_person(email="a@example.com")], "x")
    message = OutboxMessage.objects.get()
    deliver_email(message)
    deliver_email(message)
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == 1


def test_who_left_gets_no_email():
    person = make_person(email="a@example.com")
    notify([person], "x")
    person.is_active = False
    person.save()
    deliver_email(OutboxMessage.objects.get())
    assert not mail.outbox


def test_a_line_break_in_a_label_does_not_break_the_header():
    notify([make_person(email="a@example.com")], "%(subject)s", params={"subject": "a\r\nBcc: b@example.com"})
    deliver_email(OutboxMessage.objects.get())
    assert mail.outbox[0].subject == "a Bcc: b@example.com"


def test_words_are_put_when_read():
    params = {"t_work": "Production reply", "subject": "202603-001", "d_due": "2026-03-02T06:00:00+00:00"}
    with translation.override("en"):
        assert in_words("%(t_work)s, %(subject)s: due %(d_due)s", params).endswith("due Monday, 2 March 2026, 14:00")


def test_telling_many_costs_as_much_as_telling_one(django_assert_max_num_queries):
    people = [make_person(email=f"{number}@example.com") for number in range(30)]
    subject = make_subject()
    with django_assert_max_num_queries(4):
        notify(people, "x", subject=subject, key="k")
