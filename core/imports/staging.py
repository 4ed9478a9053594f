"""Rows into and out of the staging tables in bulk: 50,000 rows must not take longer than reading them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from core.bulk import NULL, copy, copy_line, escaped, insert_many
from core.imports.choices import TO_TAKE, Outcome
from core.imports.importer import Group, Row
from core.models.imports import ImportGroup, ImportJob, ImportRow

ROW_COLUMNS = ("job_id", "group_id", "row_no", "raw", "outcome", "reasons")
TAKE_GROUPS = """
UPDATE core_importgroup g SET outcome = v.outcome, target_id = v.target, target_label = v.label, notes = v.notes::jsonb
FROM (SELECT unnest(%s::bigint[]) AS id, unnest(%s::text[]) AS outcome, unnest(%s::bigint[]) AS target,
             unnest(%s::text[]) AS label, unnest(%s::text[]) AS notes) v
WHERE g.id = v.id AND g.id BETWEEN %s AND %s
"""


def add_groups(job: ImportJob, groups: Sequence[Group]) -> None:
    """Write the groups and give each its key."""
    rows = [_group_row(job, group) for group in groups]
    insert_many(rows, keys=True)
    for group, row in zip(groups, rows, strict=True):
        group.pk = row.pk


def _group_row(job: ImportJob, group: Group) -> ImportGroup:
    sound = sum(not row.refused for row in group.rows)
    return ImportGroup(
        job=job, key=group.key, label=group.label[:200], outcome=group.outcome, sound_rows=sound,
        refused_rows=len(group.rows) - sound, amount=group.amount, currency=group.currency, notes=group.notes,
        target_id=group.target_id, target_label=group.target_label[:60],
    )  # fmt: skip


def add_rows(job: ImportJob, rows: Sequence[Row]) -> None:
    if connection.vendor == "postgresql":
        copy("core_importrow", ROW_COLUMNS, _lines(job, rows))
    else:
        ImportRow.objects.bulk_create([_row(job, row) for row in rows], batch_size=2000)


def _row(job: ImportJob, row: Row) -> ImportRow:
    group_id = row.group.pk if row.group else None
    return ImportRow(
        job=job, group_id=group_id, row_no=row.number, raw=row.raw, outcome=row.outcome, reasons=row.reasons
    )


def _lines(job: ImportJob, rows: Iterable[Row]) -> Iterator[str]:
    """For COPY, without a model instance for each of very many rows."""
    job_id, dump = str(job.pk), json.JSONEncoder(ensure_ascii=False).encode
    for row in rows:
        group_id = str(row.group.pk) if row.group else NULL
        reasons = escaped(dump(row.reasons)) if row.refused or row.mended else "[]"
        yield copy_line([job_id, group_id, str(row.number), escaped(dump(row.raw)), str(row.outcome), reasons])


def next_groups(job: ImportJob, size: int) -> list[Group]:
    """The next groups to take, with their sound rows still unparsed, in the order of the file."""
    waiting = job.groups.filter(outcome__in=TO_TAKE).order_by("pk")[:size]
    groups = {
        row.pk: Group(row.key, [], row.label, row.outcome, row.notes, row.amount, row.currency, pk=row.pk)
        for row in waiting
    }
    rows = _rows_of(list(groups)).filter(outcome__in=TO_TAKE).order_by("row_no")
    for number, raw, group_id in rows.values_list("row_no", "raw", "group_id"):
        group = groups[group_id]
        group.rows.append(Row(number, raw, group=group))
    return list(groups.values())


def write_taken(groups: Sequence[Group]) -> None:
    """Mark groups and rows; the statements do not grow with their number."""
    if connection.vendor == "postgresql":
        _update_groups(groups)
    else:
        rows = [ImportGroup(pk=g.pk, outcome=g.outcome, target_id=g.target_id, target_label=g.target_label[:60],
                            notes=g.notes) for g in groups]  # fmt: skip
        ImportGroup.objects.bulk_update(rows, ["outcome", "target_id", "target_label", "notes"], batch_size=200)
    for outcome in (Outcome.TAKEN, Outcome.DUPLICATE, Outcome.REFUSED):
        if chosen := _keys(group for group in groups if group.outcome == outcome):
            _rows_of(chosen).filter(outcome__in=TO_TAKE).update(outcome=outcome)


def _rows_of(group_ids: Sequence[int]) -> QuerySet[ImportRow]:
    """By the span of the keys too: they follow each other, and PostgreSQL, which knows nothing yet about rows just
    written, would read the whole table for a list so long.
    """
    rows = ImportRow.objects.filter(group_id__in=group_ids)
    return rows.filter(group_id__gte=min(group_ids), group_id__lte=max(group_ids)) if group_ids else rows


def _keys(groups: Iterable[Group]) -> list[int]:
    return [group.pk for group in groups if group.pk is not None]


def refuse_rows(job: ImportJob, rows: Iterable[Row]) -> None:
    """Rows that were sound when checked and no longer are."""
    changed = {row.number: row.reasons for row in rows}
    if not changed:
        return
    found = list(job.rows.filter(row_no__in=list(changed)))
    for row in found:
        row.outcome, row.reasons = Outcome.REFUSED, changed[row.row_no]
    ImportRow.objects.bulk_update(found, ["outcome", "reasons"], batch_size=200)


def _update_groups(groups: Sequence[Group]) -> None:
    keys = _keys(groups)
    columns: list[Any] = [
        keys,
        [str(group.outcome) for group in groups],
        [group.target_id for group in groups],
        [group.target_label[:60] for group in groups],
        [json.dumps(group.notes, ensure_ascii=False) for group in groups],
        min(keys),
        max(keys),
    ]
    with connection.cursor() as cursor:
        cursor.execute(TAKE_GROUPS, columns)
