"""Customers of a file who resemble one of the archive, or each other (R1.4)."""

import contextlib
import threading

import pytest
from django.test import Client

from accounts.choices import Role
from core.imports.choices import Outcome
from core.imports.committing import commit_job
from core.imports.services import commit_import
from customers import imports
from customers.duplicates import find_many_twins
from customers.models import Contact, Customer
from customers.services import archive, save_customer
from tests.core.factories import at_once
from tests.factories import make_customer, person
from tests.imports.factories import bring_in, check, codes, commit, fresh

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.4", "R2.7")]
HEAD = "customer code,customer,tax number,contact,contact details\n"
INSIDE = Role.INSIDE_SALES


def known(**over):
    phone = over.pop("phone", "")
    contacts = [Contact(name="李明", phone=phone)] if phone else []
    return save_customer(customer=Customer(), values=over, contacts=contacts, by=person(INSIDE))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("A1,宁波华光科技公司,,,", "twin_name"),
        ("A1,乙,9111 0108-MA,,", "twin_tax_number"),
        ("A1,乙,,王,+86 138 0013 8000", "twin_phone"),
        (",寧波華光科技,,,", "twin_name"),
    ],
)
def test_the_preview_says_whom_a_row_resembles_and_leaves_it_out(line, reason):
    twin = known(name="寧波華光科技有限公司", tax_number="91110108MA", phone="13800138000")
    job = check(HEAD + line + "\n", by=person(INSIDE), kind="customers")
    group = job.groups.get()
    assert (group.outcome, group.target_id, group.notes[0][0]) == (Outcome.DUPLICATE, twin.pk, reason)
    assert twin.code in group.notes[0][1]["customer"]
    bring_in(HEAD + line + "\nA2,别的,,,\n", by=person(INSIDE), kind="customers")
    assert Customer.objects.count() == 2


def test_who_says_that_they_are_others_takes_them():
    twin = known(name="宁波华光科技有限公司")
    job = bring_in(HEAD + "A1,宁波华光科技,,,\n", by=person(INSIDE), kind="customers", twins="new")
    group = job.groups.get()
    assert group.outcome == Outcome.TAKEN and group.target_id != twin.pk
    assert Customer.objects.filter(name_key=twin.name_key).count() == 2


def test_rows_of_one_file_that_resemble_each_other_come_once_unless_they_are_others():
    file = HEAD + "A1,宁波华光科技,,,\nA2,寧波華光科技有限公司,,,\nA3,丙,,,\n"
    job = check(file, by=person(INSIDE), kind="customers")
    assert [row.outcome for row in job.rows.order_by("row_no")] == ["ready", "refused", "ready"]
    assert codes(job.rows.get(row_no=3)) == ["twin_in_file"]
    commit(job, by=person(INSIDE))
    assert set(Customer.objects.values_list("code", flat=True)) == {"A1", "A3"}
    assert check(file.replace("A", "B"), by=person(INSIDE), kind="customers", twins="new").counts == {"ready": 3}


def test_a_change_by_code_that_would_make_it_somebody_elses_twin_is_left_out():
    known(name="宁波华光科技有限公司")
    other = make_customer(code="A1", name="乙")
    file = HEAD + "A1,宁波华光科技,,,\n"
    job = bring_in(file + "A2,丙,,,\n", by=person(INSIDE), kind="customers", update=True)
    assert job.counts == {"taken": 1, "duplicate": 1}
    other.refresh_from_db()
    assert other.name == "乙"
    bring_in(file, by=person(INSIDE), kind="customers", update=True, twins="new")
    other.refresh_from_db()
    assert other.name == "宁波华光科技"


def test_changing_a_customer_who_has_a_twin_already_needs_no_word():
    known(name="宁波华光科技有限公司")
    make_customer(code="A1", name="宁波华光科技")
    job = bring_in(
        "customer code,customer,region\nA1,宁波华光科技,华东\n", by=person(INSIDE), kind="customers", update=True
    )
    assert job.counts == {"taken": 1} and Customer.objects.get(code="A1").region == "华东"


@pytest.mark.req("R1.6")
def test_whose_telephone_it_is_stays_hidden_from_who_may_not_read_it():
    twin = known(name="宁波华光", phone="13800138000")
    job = check(HEAD + "A1,乙,,王,13800138000\n", by=person(Role.ADMIN), kind="customers")
    row, group = job.rows.get(), job.groups.get()
    assert codes(row) == ["twin_somebody"] and group.target_id is None
    assert twin.code not in str([row.reasons, group.notes])


def test_the_page_names_them(client: Client):
    twin = known(name="宁波华光科技有限公司")
    client.force_login(person(INSIDE))
    job = check(HEAD + "A1,宁波华光科技,,,\n", by=person(INSIDE), kind="customers")
    page = client.get(f"/imports/{job.pk}/groups/").content.decode()
    assert twin.code in page and f"/customers/{twin.pk}/" in page
    assert 'name="twins"' in client.get(f"/imports/{job.pk}/columns/").content.decode()


def test_a_file_asks_as_often_whether_it_is_long_or_short(django_assert_max_num_queries):
    for rows in (3, 60):
        lines = "".join(f"{rows}-{n},公司{rows}号{n}家,T{rows}{n},王,138{rows:04}{n:04}\n" for n in range(rows))
        with django_assert_max_num_queries(40):
            assert check(HEAD + lines, by=person(INSIDE), kind="customers").counts == {"ready": rows}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_who_types_one_while_the_chunk_is_taken_meets_it(locked, monkeypatch):
    """The control: without the lock both stand there."""
    by = person(INSIDE)
    job = check(HEAD + "A1,宁波华光科技,,,\n", by=by, kind="customers")
    commit_import(job=job, by=by)
    looked, look = threading.Event(), find_many_twins

    def slow(entries):
        found = look(entries)
        looked.set()
        threading.Event().wait(0.5)
        return found

    monkeypatch.setattr(imports, "find_many_twins", slow)
    if not locked:
        monkeypatch.setattr(imports, "lock_likeness", lambda **_keys: None)

    def work(index):
        if index:
            return commit_job(job.pk, "worker")
        looked.wait(10)
        return save_customer(customer=Customer(), values={"name": "寧波華光科技有限公司"}, by=by)

    results = at_once(2, work)
    assert fresh(job).counts == {"taken": 1}
    assert Customer.objects.count() == (1 if locked else 2)
    assert [getattr(result, "code", "") == "duplicate" for result in results] == [locked, False]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_two_files_that_change_the_same_customers_the_other_way_round_both_come_through(locked, monkeypatch):
    """The control: locked one by one as they are saved, each waits for the other."""
    by, both = person(INSIDE), threading.Barrier(2)
    first, second = (known(name=name, tax_number=tax) for name, tax in (("甲公司", "T1"), ("乙公司", "T2")))
    lines = [f"{customer.code},{customer.name},,,\n" for customer in (first, second)]
    jobs = [check(HEAD + "".join(rows), by=by, kind="customers", update=True) for rows in (lines, lines[::-1])]
    for job in jobs:
        commit_import(job=job, by=by)

    def slow(**kwargs):
        saved = save_customer(**kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(1)
        return saved

    monkeypatch.setattr(imports, "save_customer", slow)
    if not locked:
        monkeypatch.setattr(imports, "lock_customers", lambda _keys: None)
        monkeypatch.setattr(imports, "lock_likeness", lambda **_keys: None)
        monkeypatch.setattr(archive, "lock_likeness", lambda **_keys: None)

    results = at_once(2, lambda index: commit_job(jobs[index].pk, "worker"))
    assert any(isinstance(result, Exception) for result in results) is not locked
    assert ({"taken": 2} == fresh(jobs[0]).counts == fresh(jobs[1]).counts) is locked
