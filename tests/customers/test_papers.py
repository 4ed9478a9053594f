"""Qualification papers: filed with their end, asked for again in time, and no new customer without them (R1.7)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.choices import Role
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment, AuditEntry
from customers.choices import REQUIRED_PAPERS, PaperKind
from customers.models import Customer, QualificationPaper
from customers.selectors import missing_papers, months_earlier
from customers.services import file_paper, withdraw_paper
from customers.services.renewals import open_paper_renewals
from orders import services
from orders.guards import blockers
from tests.customers.factories import put_in_force
from tests.factories import fresh, make_customer, make_order, make_user, pass_preliminary, person
from workflow.choices import WorkKind
from workflow.models import WorkItem

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.7")]
LICENSE, CREDIT = REQUIRED_PAPERS


def day(offset: int) -> date:
    return timezone.localdate() + timedelta(days=offset)


def paper(customer: Customer, kind: str = LICENSE, **over: Any) -> QualificationPaper:
    return file_paper(customer=customer, kind=kind, **{"number": "91110108MA", "by": person(Role.INSIDE_SALES), **over})


def lapsed(customer: Customer, kind: str = LICENSE, *, days: int = 1) -> QualificationPaper:
    """Filed when it was valid; ended so many days ago."""
    return paper(customer, kind, expires_date=day(-days), now=timezone.now() - timedelta(days=400))


def reasons_of(order: Any) -> list[str]:
    return [str(reason.text) for reason in blockers(order) if reason.code == "qualification"]


# ---- what is missing


def test_a_required_paper_is_missing_until_one_valid_is_filed():
    customer = make_customer(papers=False)
    assert [(lack.kind, lack.expired_date) for lack in missing_papers(customer, day(0))] == [
        (LICENSE, None), (CREDIT, None),
    ]  # fmt: skip
    lapsed(customer)
    paper(customer, CREDIT, expires_date=day(0))
    assert [(lack.kind, lack.expired_date) for lack in missing_papers(customer, day(0))] == [(LICENSE, day(-1))]
    assert [lack.kind for lack in missing_papers(customer, day(1))] == [LICENSE, CREDIT]
    paper(customer)
    assert missing_papers(customer, day(0)) == []


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"kind": "passport"}, "kind"),
        ({"number": " "}, "number"),
        ({"issued_date": day(1)}, "issued_date"),
        ({"expires_date": day(-1)}, "expires_date"),
        ({"issued_date": day(-2), "expires_date": day(-3)}, "expires_date"),
    ],
)
def test_an_unfit_paper_is_not_filed(over, field):
    customer = make_customer(papers=False)
    with pytest.raises(DomainError) as refused:
        paper(customer, **over)
    assert list(refused.value.fields) == [field]
    assert not QualificationPaper.objects.exists() and not AuditEntry.objects.filter(action="paper.filed").exists()


def test_a_salesperson_files_for_the_own_customers_alone():
    customer = make_customer(owner=person(Role.SALES), papers=False)
    with pytest.raises(NotPermitted):
        paper(customer, by=make_user(Role.SALES))
    assert not QualificationPaper.objects.exists()
    paper(customer, by=person(Role.SALES))


def test_a_withdrawn_paper_counts_no_more_and_once():
    customer = make_customer()
    filed = customer.papers.get(kind=LICENSE)
    with pytest.raises(DomainError):
        withdraw_paper(paper=filed, reason=" ", by=person(Role.FINANCE))
    withdraw_paper(paper=filed, reason="不是这家公司的", by=person(Role.FINANCE))
    assert [lack.kind for lack in missing_papers(customer, day(0))] == [LICENSE]
    with pytest.raises(Conflict):
        withdraw_paper(paper=filed, reason="again", by=person(Role.FINANCE))


# ---- a new customer


@pytest.mark.sqlite
def test_a_new_customer_without_papers_stops_at_the_preliminary_review():
    order = make_order(customer=make_customer(papers=False))
    assert len(reasons_of(order)) == 2
    with pytest.raises(DomainError) as refused:
        pass_preliminary(order)
    assert refused.value.code == "qualification"
    assert [reason.url for reason in refused.value.reasons] == [
        f"/customers/{order.customer_id}/papers/new/?kind={kind}" for kind in REQUIRED_PAPERS
    ]
    order = fresh(order)
    assert order.preliminary_passed_at is None
    assert not order.preliminary_reviews.exists() and not order.rounds.exists()


def test_with_the_papers_the_same_order_passes():
    customer = make_customer(papers=False)
    order = make_order(customer=customer)
    lapsed(customer)
    paper(customer, CREDIT)
    (only,) = reasons_of(order)
    assert "expired on" in only
    paper(customer)
    assert reasons_of(order) == []
    pass_preliminary(order)
    assert fresh(order).preliminary_passed_at


def test_questions_and_rejections_need_no_papers():
    order = make_order(customer=make_customer(papers=False))
    services.review_preliminarily(order=order, result="rejected", remarks="不做", by=person(Role.INSIDE_SALES))
    assert fresh(order).status == "rejected"


def test_who_has_ordered_before_is_not_stopped_by_a_paper_that_ended():
    customer = make_order("approved").buyer
    for filed in customer.papers.all():
        withdraw_paper(paper=filed, reason="x", by=person(Role.FINANCE))
    again = make_order(customer=customer)
    assert reasons_of(again) == []
    pass_preliminary(again)


def test_an_order_that_was_never_approved_makes_nobody_known():
    customer = make_order("reviewed").buyer
    for filed in customer.papers.all():
        withdraw_paper(paper=filed, reason="x", by=person(Role.FINANCE))
    with pytest.raises(DomainError, match="qualification"):
        pass_preliminary(make_order(customer=customer))


# ---- renewal as work


def renewals() -> list[WorkItem]:
    return list(WorkItem.objects.open().filter(kind=WorkKind.PAPER_RENEWAL))


@pytest.mark.sqlite
def test_a_paper_that_ends_soon_is_work_for_the_account_manager_until_its_last_day():
    customer = make_customer(owner=person(Role.SALES), papers=False)
    soon = paper(customer, expires_date=day(20))
    paper(customer, CREDIT, expires_date=day(200))
    assert (open_paper_renewals(), open_paper_renewals()) == (1, 0)
    (item,) = renewals()
    assert (item.subject_id, item.owner, timezone.localdate(item.due_at)) == (soon.pk, customer.owner, day(20))
    assert item.url == f"/customers/{customer.pk}/papers/new/?kind={LICENSE}"
    paper(customer, expires_date=day(900))
    assert renewals() == []
    assert open_paper_renewals() == 0


def test_after_an_outage_what_has_ended_meanwhile_is_asked_for_still():
    lapsed(make_customer(papers=False), days=40)
    lapsed(make_customer(papers=False, is_active=False), days=40)
    assert open_paper_renewals() == 1
    (item,) = renewals()
    assert item.owner_role == Role.INSIDE_SALES and item.due_at < timezone.now()


def test_a_successor_that_does_not_last_longer_is_none():
    customer = make_customer(papers=False)
    paper(customer, expires_date=day(10))
    open_paper_renewals()
    paper(customer, expires_date=day(5))
    assert len(renewals()) == 1


def test_withdrawing_the_successor_asks_again():
    customer = make_customer(papers=False)
    former = paper(customer, expires_date=day(10))
    open_paper_renewals()
    wrong = paper(customer, expires_date=day(500))
    withdraw_paper(paper=wrong, reason="x", by=person(Role.FINANCE))
    assert open_paper_renewals() == 1
    withdraw_paper(paper=former, reason="x", by=person(Role.FINANCE))
    assert renewals() == []


# ---- pages


def desk(role: str) -> Client:
    client = Client()
    client.force_login(person(role))
    return client


def test_the_page_says_what_lacks_and_files_it_with_its_scan():
    customer = make_customer(papers=False)
    client, url = desk(Role.INSIDE_SALES), f"/customers/{customer.pk}/"
    assert "Credit record: none is filed." in client.get(url).content.decode()
    scan = SimpleUploadedFile("licence.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    data = {"kind": CREDIT, "expires_date": day(365).isoformat(), "scan": scan}
    assert client.post(f"{url}papers/new/", data).status_code == 302
    page = client.get(url).content.decode()
    assert "Credit record: none is filed." not in page and "licence.pdf" in page
    file = Attachment.objects.get()
    assert client.get(f"/attachments/{file.uuid}/").status_code == 200
    for role in (Role.WAREHOUSE, Role.PRODUCTION):
        assert desk(role).get(f"/attachments/{file.uuid}/").status_code == 404
    assert AuditEntry.objects.filter(action="attachment.read", by=person(Role.INSIDE_SALES)).exists()


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"<svg onload='alert(1)'/>", b"just words"])
def test_what_only_calls_itself_a_scan_is_refused_and_no_paper_filed(content):
    customer = make_customer(papers=False)
    scan = SimpleUploadedFile("licence.pdf", content, "application/pdf")
    answer = desk(Role.INSIDE_SALES).post(
        f"/customers/{customer.pk}/papers/new/", {"kind": LICENSE, "number": "1", "scan": scan}
    )
    assert answer.status_code == 422 and "A scan is a PDF or a picture" in answer.content.decode()
    assert not QualificationPaper.objects.exists() and not Attachment.objects.exists()


def test_only_who_may_file_a_paper_adds_a_scan_to_it():
    customer = make_customer(papers=False, owner=make_user(Role.SALES))
    kept = paper(customer)
    url = f"/attachments/customers.qualificationpaper/{kept.pk}/"

    def add(client: Client) -> int:
        scan = SimpleUploadedFile("page2.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
        return client.post(url, {"kind": "certificate", "upload": scan}).status_code

    for role in (Role.WAREHOUSE, Role.SUPERVISION, Role.SALES):
        assert add(desk(role)) == 403
    assert not Attachment.objects.exists()
    assert add(desk(Role.FINANCE)) == 302 and Attachment.objects.count() == 1


def test_the_review_form_says_it_before_anybody_presses():
    order = make_order(customer=make_customer(papers=False))
    page = desk(Role.INSIDE_SALES).get(reverse("orders:order-preliminary", args=[order.pk]))
    assert page.status_code == 200
    assert "New customer, no paper filed: Business licence." in page.content.decode()
    assert "New customer, no paper filed" in desk(Role.ORDER_CENTER).get(f"/orders/{order.pk}/").content.decode()


def test_customers_whose_papers_end_are_a_view_of_the_list():
    ending, fine = make_customer(name="将到期", papers=False), make_customer(name="有效")
    paper(ending, expires_date=day(3))
    page = desk(Role.INSIDE_SALES).get("/customers/?papers=true")
    assert [row.obj for row in page.context["rows"]] == [ending]
    assert fine.papers.count() == 2


def test_the_page_costs_the_same_with_many_papers():
    customer, client = make_customer(), desk(Role.INSIDE_SALES)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/customers/{customer.pk}/")
        return len(queries)

    cost()
    few = cost()
    for _ in range(12):
        paper(customer, PaperKind.OTHER)
    assert cost() == few <= 21


# ---- the rules

RULES = {"verify_after_months": 12, "paper_notice_days": 30, "regular_from": 3, "frequent_from": 10, "version": 0}


@pytest.mark.req("R14.13")
def test_an_administrator_says_how_long_ahead_papers_are_renewed():
    paper(make_customer(papers=False), expires_date=day(50))
    assert open_paper_renewals() == 0
    data = {**RULES, "paper_notice_days": 60, "note": "两个月"}
    assert put_in_force(desk(Role.ADMIN), data).status_code == 302
    assert open_paper_renewals() == 1


@pytest.mark.req("R14.13")
def test_the_second_of_two_administrators_looks_again():
    client = desk(Role.ADMIN)
    data = {**RULES, "verify_after_months": 6}
    assert put_in_force(client, data).status_code == 302
    assert put_in_force(client, {**data, "verify_after_months": 24}).status_code == 409
    assert client.get("/customers/rules/").context["form"].initial["verify_after_months"] == 6
    for odd in ({"verify_after_months": 0}, {"version": 1, "regular_from": 10, "frequent_from": 10}):
        assert client.post("/customers/rules/", {**data, **odd}).status_code == 422


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 120))
def test_so_many_months_earlier_is_the_same_day_or_the_months_last(start: date, months: int) -> None:
    earlier = months_earlier(start, months)
    assert (start.year - earlier.year) * 12 + start.month - earlier.month == months
    assert earlier.day == start.day or (earlier + timedelta(days=1)).month != earlier.month
