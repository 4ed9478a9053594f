"""The inbox, the bell and the settings, as people see them."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.workflow.factories import at, make_item, make_person, make_subject
from workflow.choices import WorkKind
from workflow.models import CalendarDay, Notification, WorkItem, WorkPolicy
from workflow.notifications import notify
from workflow.services import pause_work

pytestmark = [pytest.mark.req("R13.3"), pytest.mark.django_db]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def worker(db):
    return make_person("production", display_name="陳生產")


class TestInbox:
    def test_shows_what_waits_for_the_role_and_the_person_and_nothing_else(self, worker):
        make_item(WorkKind.PRODUCTION_REPLY, title="for the role")
        make_item(WorkKind.VISIT, role="sales", person=worker, title="for me")
        make_item(WorkKind.VISIT, role="finance", title="for others")
        make_item(WorkKind.START_PRODUCTION, person=make_person("production"), title="of a colleague")
        page = signed_in(worker).get("/").content.decode()
        assert "for the role" in page and "for me" in page
        assert "for others" not in page and "of a colleague" not in page

    def test_is_grouped_by_due_time_with_the_paused_apart(self, worker):
        now = timezone.now()
        make_item(title="late one", due_at=now - timedelta(hours=1), now=now)
        make_item(title="next year", due_at=now + timedelta(days=300), now=now)
        pause_work(make_item(title="standing", now=now), reason="waiting for the customer", by=worker)
        groups = signed_in(worker).get("/").context["groups"]
        assert {group.code: [line.item.title for line in group.lines] for group in groups} == {
            "overdue": ["late one"],
            "later": ["next year"],
            "paused": ["standing"],
        }

    def test_a_row_leads_to_the_act_in_one_click(self, worker):
        item = make_item()
        assert f'href="/people/{item.subject_id}/production_reply/"' in signed_in(worker).get("/").content.decode()

    def test_the_clock_says_when_and_what_is_left(self, worker, time_machine):
        time_machine.move_to(at("2026-03-02 11:30"), tick=False)
        make_item(now=at("2026-03-02 09:00"))
        page = signed_in(worker).get("/").content.decode()
        assert "today 14:00" in page and "1 h 30 min of working time left" in page

    def test_a_paused_one_says_why(self, worker):
        pause_work(make_item(), reason="waiting for the customer", by=worker)
        assert "waiting for the customer" in signed_in(worker).get("/").content.decode()

    def test_an_empty_one_says_so_kindly(self, worker):
        assert "Everything is done" in signed_in(worker).get("/").content.decode()

    def test_filters_by_kind_and_whose(self, worker):
        make_item(WorkKind.PRODUCTION_REPLY, title="reply")
        make_item(WorkKind.START_PRODUCTION, person=worker, title="start")
        client = signed_in(worker)
        assert "reply" not in [line.item.title for line in lines(client, "?kind=start_production")]
        assert [line.item.title for line in lines(client, "?whose=own")] == ["start"]
        assert [line.item.title for line in lines(client, "?whose=roles")] == ["reply"]

    @pytest.mark.req("R13.7")
    def test_only_those_who_oversee_see_everybodys_work(self, worker):
        make_item(role="finance", title="for finance")
        assert lines(signed_in(worker), "?whose=team") == []
        assert len(lines(signed_in(make_person("sales_manager")), "?whose=team")) == 1

    def test_pages_are_walked_by_cursor(self, worker):
        for number in range(60):
            make_item(title=f"item {number}")
        client = signed_in(worker)
        first = client.get("/")
        second = client.get("/" + first.context["next_url"])
        seen = [line.item.pk for page in (first, second) for group in page.context["groups"] for line in group.lines]
        assert len(seen) == len(set(seen)) == 60

    @pytest.mark.parametrize("address", ["?cursor=zzz", "?kind=nonsense", "?whose=nobody"])
    def test_nonsense_in_the_address_is_no_error(self, worker, address):
        assert signed_in(worker).get("/" + address).status_code in (200, 422)

    def test_its_queries_do_not_grow(self, worker, django_assert_max_num_queries):
        for number in range(40):
            item = make_item(person=worker if number % 2 else None)
            if number % 5 == 0:
                pause_work(item, reason="x", by=worker)
        client = signed_in(worker)
        client.get("/")
        with django_assert_max_num_queries(7):
            client.get("/")

    def test_strangers_are_sent_to_sign_in_and_partners_stay_out(self):
        assert Client().get("/").status_code == 302
        assert signed_in(make_person(kind="partner")).get("/").status_code == 403

    def test_an_item_of_the_role_can_be_taken(self, worker):
        item = make_item()
        assert signed_in(worker).post(f"/work/{item.pk}/take/", {"next": "/?whose=own"})["Location"] == "/?whose=own"
        assert WorkItem.objects.get().owner == worker

    @pytest.mark.req("R13.7")
    def test_work_of_another_role_cannot_be_taken(self, worker):
        item = make_item(role="finance")
        assert signed_in(worker).post(f"/work/{item.pk}/take/").status_code == 404
        assert WorkItem.objects.get().owner is None

    def test_an_item_is_handed_on_with_a_reason(self, worker):
        item, other = make_item(), make_person("production")
        client = signed_in(worker)
        assert client.get(f"/work/{item.pk}/hand-on/").status_code == 200
        client.post(f"/work/{item.pk}/hand-on/", {"person": other.pk, "reason": "my day off"})
        assert WorkItem.objects.get().owner == other

    def test_in_chinese_too(self, worker):
        worker.language = "zh-hans"
        worker.save()
        make_item()
        assert "待办" in signed_in(worker).get("/").content.decode()


def lines(client: Client, address: str) -> list:
    return [line for group in client.get("/" + address).context["groups"] for line in group.lines]


class TestNotifications:
    def test_the_bell_counts_what_is_unread(self, worker, django_assert_max_num_queries):
        client = signed_in(worker)
        assert client.get("/notifications/count/").content == b""
        Notification.objects.bulk_create(
            Notification(user=worker, text="x", created_at=timezone.now()) for _number in range(120)
        )
        with django_assert_max_num_queries(4):
            assert client.get("/notifications/count/").content == b"99+"

    def test_reading_one_leads_to_its_page_and_marks_it(self, worker):
        subject = make_subject()
        notify([worker], "%(subject)s waits for your approval", params={"subject": "202603-001"}, subject=subject)
        client = signed_in(worker)
        assert "202603-001 waits for your approval" in client.get("/notifications/").content.decode()
        news = Notification.objects.get()
        assert client.get(f"/notifications/{news.pk}/")["Location"] == f"/people/{subject.pk}/"
        assert client.get("/notifications/count/").content == b""

    def test_all_can_be_marked_as_read(self, worker):
        notify([worker], "x")
        signed_in(worker).post("/notifications/read-all/")
        assert not Notification.objects.filter(read_at=None).exists()

    @pytest.mark.req("R13.7")
    def test_nobody_reads_anothers(self, worker):
        notify([worker], "x")
        other = signed_in(make_person("sales"))
        assert other.get(f"/notifications/{Notification.objects.get().pk}/").status_code == 404
        assert Notification.objects.get().read_at is None


@pytest.mark.req("R14.13")
class TestSettings:
    @pytest.fixture
    def admin(self, db):
        return signed_in(make_person("admin"))

    def form(self, **over):
        values = {"amount": "3", "basis": "working_days", "warn_1": "75", "role_1": "sales_manager", "after_1": "8"}
        return {**values, "note": "longer", **over}

    def test_every_clock_is_a_sentence(self, worker, django_assert_max_num_queries):
        client = signed_in(worker)
        client.get("/settings/clocks/")
        with django_assert_max_num_queries(6):
            page = client.get("/settings/clocks/").content.decode()
        assert "<strong>4 h of working time</strong>" in page

    @pytest.mark.req("R13.7")
    def test_others_look_and_administrators_change(self, worker):
        assert signed_in(worker).get("/settings/clocks/visit/").status_code == 403
        assert signed_in(worker).get("/settings/calendar/").status_code == 403

    def test_a_change_is_put_in_force_with_its_reason(self, admin):
        assert admin.get("/settings/clocks/visit/").status_code == 200
        assert admin.post("/settings/clocks/visit/", self.form(amount="5")).status_code == 302
        policy = WorkPolicy.objects.get(kind="visit", is_current=True)
        assert (policy.version, policy.amount, policy.note) == (2, 5, "longer")
        assert "longer" in admin.get("/settings/clocks/visit/").content.decode()

    def test_showing_the_effect_changes_nothing(self, admin):
        page = admin.post("/settings/clocks/visit/", self.form(amount="1", preview="1")).content.decode()
        assert "Started now, it would be due" in page
        assert WorkPolicy.objects.filter(kind="visit").count() == 1

    def test_what_another_administrator_changed_is_not_overwritten(self, admin):
        admin.post("/settings/clocks/visit/", self.form(amount="5", version="1"))
        assert admin.post("/settings/clocks/visit/", self.form(amount="6", version="1")).status_code == 409

    def test_wrong_values_come_back_with_their_reason(self, admin):
        assert admin.post("/settings/clocks/visit/", self.form(amount="0")).status_code == 422
        assert admin.post("/settings/clocks/visit/", self.form(warn_1="80", warn_2="50")).status_code == 422
        assert admin.get("/settings/clocks/nonsense/").status_code == 404

    def test_a_day_can_be_overruled(self, admin):
        assert admin.get("/settings/calendar/").status_code == 200
        admin.post("/settings/calendar/", {"day": "2026-12-24", "is_working": "no", "name": "party"})
        assert not CalendarDay.objects.get(date=date(2026, 12, 24)).is_working

    def test_hours_of_a_weekday_can_be_changed(self, admin):
        values = {"weekday": "5", "start_1": "09:00", "end_1": "12:00"}
        assert admin.get("/settings/calendar/hours/").status_code == 200
        assert admin.post("/settings/calendar/hours/", values).status_code == 302
        assert admin.post("/settings/calendar/hours/", {**values, "end_1": ""}).status_code == 422

    def test_a_year_that_is_not_known_is_refused_with_words(self, admin):
        assert admin.post("/settings/calendar/2099/load/").status_code == 422
        assert admin.post("/settings/calendar/2025/load/").status_code == 302

    def test_the_home_of_the_settings_leads_on(self, admin):
        assert "/settings/clocks/" in admin.get("/settings/").content.decode()
