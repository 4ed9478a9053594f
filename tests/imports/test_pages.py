"""The wizard in the browser: who may, what each step shows, and that it works without scripts."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.imports.checking import check_job
from core.imports.committing import commit_job
from core.models import ImportJob
from orders.models import Order
from tests.factories import person
from tests.imports.factories import bring_in, check, order_file, upload

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.django_db]
FILE = order_file("1,Acme,P1,Goods,1,5", "2,,P1,Goods,1,5")


@pytest.fixture
def clerk():
    return person("inside_sales")


@pytest.fixture
def page(client, clerk):
    client.force_login(clerk)
    return client


def address(name: str, *args) -> str:
    return reverse(f"core:import-{name}", args=args)


def test_from_the_file_to_the_order(page):
    sent = {"kind": "orders", "upload": SimpleUploadedFile("orders.csv", FILE.encode())}
    job_url = page.post(address("new"), sent).url
    columns_url = page.get(job_url).url
    form = page.get(columns_url).context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    posted = page.post(columns_url, {name: value for name, value in data.items() if value not in (None, False)})
    assert posted.url == job_url
    assert "waits for a free worker" in page.get(job_url).content.decode()
    job = ImportJob.objects.get()
    check_job(job.pk, "worker")
    shown = page.get(job_url).content.decode()
    assert "Nothing is written yet." in shown
    assert "1 ready + 1 refused = 2 rows" in shown
    assert "1 row is refused and left out." in page.get(address("commit", job.pk)).content.decode()
    page.post(address("commit", job.pk))
    commit_job(job.pk, "worker")
    assert "1 taken" in page.get(job_url).content.decode().lower() or Order.objects.count() == 1
    assert Order.objects.get().created_by.username == "inside_sales"


def test_rows_and_orders_can_be_looked_at_one_by_one(page, clerk):
    job = check(FILE, by=clerk)
    rows = page.get(address("rows", job.pk), {"outcome": "refused", "reason": "no_customer"}).content.decode()
    assert "No customer is named." in rows
    assert "Contact filled in" in page.get(address("groups", job.pk)).content.decode()


def test_a_taken_order_is_one_click_away(page, clerk):
    job = bring_in(FILE, by=clerk)
    assert (
        reverse("orders:order-detail", args=[Order.objects.get().pk])
        in page.get(address("groups", job.pk)).content.decode()
    )


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_refused_rows_are_handed_out_with_reasons(page, clerk, fmt):
    from core.imports.table import read

    job = check(FILE, by=clerk)
    table = read(b"".join(page.get(address("refused", job.pk, fmt)).streaming_content))
    assert [row.cells for row in table.rows] == [["2", "", "P1", "Goods", "1", "5", "3", "No customer is named."]]


@pytest.mark.parametrize("kind", ["orders", "customers", "products"])
@pytest.mark.parametrize("what", ["layout", "export"])
def test_layouts_and_exports_are_handed_out(page, kind, what):
    assert page.get(address(what, kind, "csv")).status_code == 200


def test_a_column_chosen_twice_is_told_at_the_column(page, clerk):
    job = upload(FILE, by=clerk)
    answer = page.post(address("mapping", job.pk), {"column_0": "number", "column_1": "number"})
    assert answer.status_code == 422
    assert "Another column is this field already." in answer.content.decode()
    assert ImportJob.objects.get().status == "uploaded"


def test_a_file_that_is_no_table_is_told_at_the_field(page):
    answer = page.post(address("new"), {"kind": "orders", "upload": SimpleUploadedFile("x.csv", b"a\x00b")})
    assert answer.status_code == 422
    assert "NUL" in answer.content.decode()


def test_the_progress_asks_for_the_page_once_it_is_done(page, clerk):
    job = check(FILE, by=clerk)
    assert page.get(address("progress", job.pk), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize("role", ["sales", "warehouse", "finance"])
def test_other_roles_see_nothing_of_it(client, clerk, role):
    job = check(FILE, by=clerk)
    client.force_login(person(role))
    for name in ("detail", "rows", "groups", "commit", "mapping"):
        assert client.get(address(name, job.pk)).status_code == 403
    assert client.get(address("refused", job.pk, "csv")).status_code == 403
    assert client.get(address("list")).status_code == 403


@pytest.mark.parametrize("jobs", [1, 6])
def test_the_list_costs_the_same_however_many_imports(page, clerk, django_assert_max_num_queries, jobs):
    for _ in range(jobs):
        check(FILE, by=clerk)
    with django_assert_max_num_queries(12):
        page.get(address("list"))


def test_every_page_speaks_chinese_too(page, clerk):
    job = check(FILE, by=clerk)
    clerk.language = "zh-hans"
    clerk.save()
    for name in ("detail", "rows", "groups", "mapping"):
        assert page.get(address(name, job.pk)).status_code == 200
