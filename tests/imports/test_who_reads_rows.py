"""Persons in the rows of a file: read by who sent it in, and by who may read that customer's contacts (R1.6)."""

import pytest
from django.test import Client

from accounts.choices import Role
from customers.models import Customer
from tests.factories import make_user, person
from tests.imports.factories import bring_in, check

pytestmark = [pytest.mark.django_db, pytest.mark.req("R1.6")]
HEAD = "customer code,customer,contact,contact details,e-mail,receiver,another column\n"
FILE = HEAD + "A1,甲公司,李明,13800138000,li@example.com,赵六,139-secret\nA2,,王芳,13700137000,wang.example.com,,\n"
SECRETS = ("李明", "13800138000", "li@example.com", "赵六", "139-secret", "13700137000", "wang.example.com")
PAGES = ("rows/", "refused.csv", "groups/", "columns/")


def read(user, job, *, pages=PAGES) -> str:
    client = Client()
    client.force_login(user)
    answers = [client.get(f"/imports/{job.pk}/{page}") for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(b"".join(answer).decode() for answer in answers)


def seen(user, job, **over) -> set[str]:
    text = read(user, job, **over)
    return {secret for secret in SECRETS if secret in text}


def test_who_sent_it_in_and_who_reaches_customers_read_all():
    admin = person(Role.ADMIN)
    job = check(FILE, by=admin, kind="customers")
    assert seen(admin, job) == seen(person(Role.INSIDE_SALES), job) == set(SECRETS)


def test_others_see_them_masked_in_every_page_and_file():
    job = check(FILE, by=person(Role.INSIDE_SALES), kind="customers")
    other = make_user(Role.ADMIN)
    assert seen(other, job) == set()
    text = read(other, job)
    assert "李*" in text and "138****00" in text and "甲公司" in text


def test_the_account_manager_reads_what_became_the_own_customer():
    job = bring_in(FILE, by=person(Role.INSIDE_SALES), kind="customers")
    reader = make_user(Role.ADMIN)
    assert "13800138000" not in seen(reader, job)
    Customer.objects.filter(code="A1").update(owner=reader)
    assert {"李明", "13800138000"} <= seen(reader, job, pages=["rows/"])
    assert "13700137000" not in seen(reader, job)


def test_contacts_in_a_file_of_orders_are_masked_as_well():
    file = "number,customer,contact,contact details,description,quantity,unit price\n1,甲,李明,13800138000,Box,1,5\n"
    job = bring_in(file, by=person(Role.INSIDE_SALES))
    assert seen(person(Role.ADMIN), job, pages=["rows/", "groups/"]) == set()
    assert "13800138000" in seen(person(Role.ORDER_CENTER), job, pages=["rows/"])


def test_a_telephone_cannot_be_guessed_by_the_filter_of_reasons():
    job = check(FILE, by=person(Role.INSIDE_SALES), kind="customers")
    text = read(person(Role.ADMIN), job, pages=["rows/?reason=wang.example.com"])
    assert "王*" not in text
    assert "王*" in read(person(Role.ADMIN), job, pages=["rows/?reason=not_an_email"])


def test_masking_costs_the_same_for_few_and_many_rows(django_assert_max_num_queries):
    client = Client()
    client.force_login(person(Role.ADMIN))
    for rows in (2, 40):
        lines = "".join(f"{rows}A{n},公司{rows}字{n},李{n},138{rows:04}{n:04},,,\n" for n in range(rows))
        job = bring_in(HEAD + lines, by=person(Role.INSIDE_SALES), kind="customers")
        client.get(f"/imports/{job.pk}/rows/")
        with django_assert_max_num_queries(16):
            client.get(f"/imports/{job.pk}/rows/")
