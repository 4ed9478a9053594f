"""Acts that no request waits for: the import, the sweep, a PDF. Each answers how many seconds it took."""

import csv
import io
import time
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from core.documents import render
from core.imports import services
from core.imports.checking import check_job
from core.imports.choices import JobStatus
from core.imports.committing import commit_job
from core.models import Document, ImportJob
from customers.models import Customer
from orders.ladder import facts_of
from orders.models import Order
from workflow.ladder import plan_steps
from workflow.models import ApprovalRule
from workflow.services.sweep import sweep

LINES = 5
ROLES = ("sales_manager", "sales_director", "general_manager")
HEADS = (
    "order", "customer name", "contact name", "phone", "date", "sku", "description", "qty", "unit", "price",
    "ship to", "requested date",
)  # fmt: skip


def import_orders(orders: int, round_number: int) -> float:
    """Upload, check and take a file of so many orders of five lines; each round under a source of its own."""
    by = User.objects.get(username="order_center")
    upload = SimpleUploadedFile("orders.csv", _file(orders))
    started = time.perf_counter()
    job = services.upload_import(kind="orders", upload=upload, by=by)
    options = {"source": f"round{round_number}", "salesperson": str(User.objects.get(username="sales").pk)}
    services.map_import(job=job, mapping=job.mapping, options=options, by=by, publish_task=False)
    check_job(job.pk, "bench")
    services.commit_import(job=ImportJob.objects.get(pk=job.pk), by=by, publish_task=False)
    while commit_job(job.pk, "bench"):
        pass
    seconds = time.perf_counter() - started
    job = ImportJob.objects.get(pk=job.pk)
    if job.status != JobStatus.DONE or job.counts.get("taken") != orders * LINES:
        raise RuntimeError(f"the import did not go through: {job.status} {job.counts} {job.summary}")
    return seconds


def _file(orders: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADS)
    names = list(Customer.objects.order_by("pk").values_list("name", flat=True)[:400])
    day = timezone.localdate()
    for number in range(orders):
        for line in range(LINES):
            code = f"P{1 + (number * LINES + line) % 200:04d}"
            writer.writerow([
                f"F{number:06d}", names[number % len(names)], "李明", "13800138000", day.isoformat(), code, "服务器",
                1 + line, "台", "1500.00", "星湖街 328 号", (day + timedelta(days=30)).isoformat(),
            ])  # fmt: skip
    return text.getvalue().encode()


RULES = 200


def evaluate_rules(times: int) -> list[float]:
    """Who will have to approve an order, by that many rules, each comparing three facts; none stays behind."""
    order = Order.objects.filter(status="reviewed").order_by("pk")[0]
    facts = [
        {"fact": "amount", "op": "gt", "value": "1000", "currency": "CNY"},
        {"fact": "margin_percent", "op": "lt", "value": "90"},
        {"fact": "customer_sum", "op": "gt", "value": "1000", "currency": "CNY", "days": 30},
    ]
    seconds = []
    with transaction.atomic():
        ApprovalRule.objects.bulk_create(
            ApprovalRule(code=f"bench-{n}", kind="order", position=1 + n % 5, role=ROLES[n % 3], conditions=facts)
            for n in range(RULES)
        )
        for _time in range(times):
            started = time.perf_counter()
            plan_steps("order", facts_of(order), [], timezone.now())
            seconds.append(time.perf_counter() - started)
        transaction.set_rollback(True)
    return seconds


OPEN_ITEMS = """
INSERT INTO workflow_workitem (subject_type, subject_id, subject_label, uid, kind, key, title, url, owner_role,
    owner_id, policy_id, opened_at, due_at, due_is_agreed, provisional, next_check_at, level, outcome, opened_by_id)
SELECT 'orders.order', n, 'B' || n, gen_random_uuid(), 'acceptance', 'bench', '', '', 'sales', u.id, p.id,
    now() - interval '1 day', now() + interval '30 days', false, false, now() + interval '20 days', 0, '', u.id
FROM generate_series(1, %s) AS n, workflow_workpolicy p, accounts_user u
WHERE p.kind = 'acceptance' AND p.is_current AND u.username = 'sales'
"""
MAKE_DUE = """
UPDATE workflow_workitem SET level = 0, due_at = now() + interval '1 day', next_check_at = now() - interval '1 minute'
WHERE key = 'bench' AND subject_id <= %s
"""
NOT_YET = """
UPDATE workflow_workitem SET next_check_at = now() + interval '20 days'
WHERE next_check_at < now() + interval '1 hour' AND key <> 'bench'
"""
# What the round before has told: a second round would find it told already, and do less.
FORGET = """
DELETE FROM workflow_workreminder r USING workflow_workitem i WHERE i.id = r.item_id AND i.key = 'bench';
TRUNCATE workflow_notification, core_outboxmessage CASCADE
"""


def prepare_sweep(open_items: int) -> None:
    """So many open clocks; none of the company's own is due."""
    _run(OPEN_ITEMS, [open_items])
    _run(NOT_YET)
    _run("VACUUM ANALYZE workflow_workitem")


def sweep_due(due: int) -> float:
    _run(FORGET)
    _run(MAKE_DUE, [due])
    _run("VACUUM workflow_workitem")
    started = time.perf_counter()
    worked_on = sweep()
    seconds = time.perf_counter() - started
    if worked_on != due:
        raise RuntimeError(f"{worked_on} clocks were due, not {due}")
    return seconds


def draw_page() -> float:
    """A one-page order confirmation, drawn by a process that has drawn before."""
    document = Document.objects.filter(kind="order_confirmation").order_by("pk").first()
    if document is None:
        raise RuntimeError("no order was approved")
    started = time.perf_counter()
    if not render(document, "zh-hans").startswith(b"%PDF"):
        raise RuntimeError("no PDF came out")
    return time.perf_counter() - started


def _run(sql: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
