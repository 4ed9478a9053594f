from datetime import timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from core import audit
from core.comments import add_comment
from core.documents import issue_document
from core.errors import DomainError
from core.models import Attachment, Comment
from core.timeline import timeline
from tests.core.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.8")]
NOW = timezone.now()


@pytest.fixture
def history(person):
    changes = {"language": ["en", "zh-hans"], "is_active": [False, True], "total": ["1", "2"]}
    audit.record("order.approved", person, by=person, changes=changes, note="good", now=NOW)
    add_comment(person, text=" 请尽快 <b>", by=person, now=NOW + timedelta(minutes=1))
    issue_document("order_confirmation", person, context={}, by=person, number="X1", now=NOW + timedelta(minutes=2))
    audit.record("order.closed", person, by=None, now=NOW + timedelta(minutes=3))
    Attachment.objects.create(
        subject_type="accounts.user", subject_id=person.pk, kind="photo", name="a.jpg", size=1, uploaded_by=person,
        at=NOW + timedelta(minutes=4),
    )  # fmt: skip
    return person


def test_it_mixes_acts_words_papers_and_files_newest_first(history):
    assert [entry.text for entry in timeline(history)] == [
        "added a.jpg",
        "Order closed",
        "issued Order confirmation X1, revision 1",
        "wrote",
        "Order approved",
    ]


def test_changes_carry_the_words_of_their_fields(history):
    changes = timeline(history)[-1].changes
    assert ("Language", "English", "简体中文") in changes and ("Total", "1", "2") in changes
    assert ("Active", "no", "yes") in changes


def test_it_is_bounded_and_costs_four_queries(history, django_assert_num_queries):
    audit.record_many([audit.entry("order.read", history, by=history) for _ in range(100)])
    with django_assert_num_queries(4):
        assert len(timeline(history, length=20)) == 20


def test_the_papers_open_in_the_readers_language(history):
    with translation.override("zh-hans"):
        assert any(entry.url.endswith("/zh-hans.pdf") for entry in timeline(history))


def test_the_tags_draw_it_with_its_forms(history):
    request = RequestFactory().get("/orders/1/?tab=2")
    request.user = history
    template = Template("{% load subjects %}{% timeline subject %}{% attachments subject %}")
    html = template.render(Context({"subject": history, "request": request, "csrf_token": "x"}))
    assert "请尽快 &lt;b&gt;" in html and 'value="/orders/1/?tab=2#timeline"' in html
    assert f"/attachments/accounts.user/{history.pk}/" in html and "a.jpg" in html


class TestAComment:
    def post(self, client, subject, text):
        return client.post(f"/comments/accounts.user/{subject.pk}/", {"text": text})

    def test_is_written_by_whoever_sees_the_subject(self, client, person, open_subjects):
        client.force_login(person)
        assert self.post(client, person, "好").status_code == 302
        assert Comment.objects.get().by == person

    @pytest.mark.req("R13.7")
    def test_by_nobody_else(self, client, person, open_subjects):
        client.force_login(make_person("warehouse"))
        assert self.post(client, person, "好").status_code == 404 and not Comment.objects.exists()

    def test_needs_words(self, client, person, open_subjects):
        client.force_login(person)
        assert self.post(client, person, "  ").status_code == 422

    def test_has_a_limit(self, person):
        with pytest.raises(DomainError):
            add_comment(person, text="x" * 5001, by=person)
