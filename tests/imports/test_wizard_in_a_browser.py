"""The wizard as people see it: at a desk, on a telephone, with axe looking on."""

import pytest
from django.urls import reverse

from core.imports import running, services
from core.imports.choices import JobStatus
from core.models import ImportJob
from tests.browser import DESK, PHONE, axe_findings, picture, sign_in
from tests.factories import person
from tests.imports.factories import RETAIL, bring_in, check, upload

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.req("R13.6"), pytest.mark.browser,
              pytest.mark.django_db(transaction=True)]  # fmt: skip


@pytest.mark.parametrize(("size", "name"), [(DESK, "desk"), (PHONE, "phone")])
def test_every_step_can_be_read_and_used(page, browser_context, live_server, size, name):
    clerk = person("inside_sales")
    sign_in(browser_context, clerk, live_server.url)
    page.set_viewport_size(size)
    content = RETAIL.read_bytes()
    lines = content.split(b"\r\n")
    small = b"\r\n".join(lines[:300] + lines[1300:1600] + lines[1970:1990]) + b"\r\n"
    done = bring_in(small, by=clerk, name="online_retail.csv", source="retail", currency="GBP")
    checked = check(small.replace(b"\n5", b"\n7"), by=clerk, name="online_retail.csv", source="retail")
    fresh_one, running_one = upload(content, by=clerk), upload(small, by=clerk)
    ImportJob.objects.filter(pk=running_one.pk).update(
        status=JobStatus.COMMITTING, claim="someone", counts={"ready": 5988}, total_rows=8373, done_rows=2100
    )
    steps = {
        "list": reverse("core:import-list"), "new": reverse("core:import-new"),
        "columns": reverse("core:import-mapping", args=[fresh_one.pk]),
        "checked": reverse("core:import-detail", args=[checked.pk]),
        "take": reverse("core:import-commit", args=[checked.pk]),
        "rows": reverse("core:import-rows", args=[checked.pk]) + "?outcome=refused",
        "groups": reverse("core:import-groups", args=[done.pk]),
        "done": reverse("core:import-detail", args=[done.pk]),
        "running": reverse("core:import-detail", args=[running_one.pk]),
    }  # fmt: skip
    found = {}
    for step, url in steps.items():
        page.goto(live_server.url + url)
        picture(page, f"import-{step}-{name}")
        found[step] = axe_findings(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], (step, width)
    assert {step: findings for step, findings in found.items() if findings} == {}


def test_the_progress_moves_by_itself_and_ends_in_the_preview(page, browser_context, live_server):
    clerk = person("inside_sales")
    sign_in(browser_context, clerk, live_server.url)
    job = upload(RETAIL.read_bytes(), by=clerk)
    services.map_import(job=job, mapping=job.mapping, options={}, by=clerk)
    claimed = running.claim(job.pk, "worker", JobStatus.CHECKING)
    assert claimed
    running.beat(claimed, total_rows=8373, done_rows=100)
    page.goto(live_server.url + reverse("core:import-detail", args=[job.pk]))
    page.get_by_text("100 of 8,373 rows").wait_for()
    running.beat(claimed, done_rows=5000)
    page.get_by_text("5,000 of 8,373 rows").wait_for()
    running.finish(claimed, JobStatus.CHECKED, counts={"ready": 8373})
    page.get_by_text("Nothing is written yet.").wait_for()
