"""Orders from a file without a browser: the same check, the same chunks, the same words as on the page.

manage.py import_orders FILE --dry-run
manage.py import_orders FILE --commit --option source=retail --option currency=GBP
"""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.models import User, system_user
from core.errors import DomainError
from core.imports import services
from core.imports.checking import check_job
from core.imports.choices import JobStatus, Outcome
from core.imports.committing import commit_job
from core.imports.files import write_csv
from core.imports.reasons import say
from core.imports.refused import refused_head, refused_rows
from core.imports.registry import importer_of
from core.imports.telling import balance, plain_reason, to_create
from core.models.imports import ImportJob


class Command(BaseCommand):
    help = "Import orders from CSV or XLSX: --dry-run shows every outcome, --commit takes the sound rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--dry-run", action="store_true", help="check only; nothing but the check is kept")
        act.add_argument("--commit", action="store_true", help="check, then take the sound rows")
        parser.add_argument("--map", action="append", default=[], metavar="COLUMN=FIELD", help="column by its head")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--by", default="", help="user name the orders are entered by; default: the system")
        parser.add_argument("--kind", default="orders", help="orders, customers or products")
        parser.add_argument("--refused", type=Path, help="where the refused rows go; default FILE.refused.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["by"])
        try:
            job = self._checked(options, by)
            self._tell(job)
            self._write_refused(job, options["refused"] or Path(f"{options['file']}.refused.csv"))
            if options["commit"]:
                self._commit(job, by)
        except DomainError as error:
            texts = [str(error.message), *(f"{name}: {' '.join(texts)}" for name, texts in error.fields.items())]
            raise CommandError("\n".join(texts)) from error

    def _person(self, username: str) -> User:
        if not username:
            return system_user()
        person = User.objects.filter(username=username, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no user %(name)s.") % {"name": username})
        return person

    def _checked(self, options: dict[str, Any], by: User) -> ImportJob:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(path)s.") % {"path": path})
        with path.open("rb") as file:
            job = services.upload_import(kind=options["kind"], upload=File(file, name=path.name), by=by)
        mapping = {**job.mapping, **self._mapping(job, options["map"])}
        given = dict(pair.partition("=")[::2] for pair in options["option"])
        services.map_import(job=job, mapping=mapping, options=given, by=by, publish_task=False)
        check_job(job.pk, uuid.uuid4().hex)
        return self._fresh(job)

    def _mapping(self, job: ImportJob, pairs: list[str]) -> dict[str, int]:
        mapping = {}
        for pair in pairs:
            head, _sign, name = pair.rpartition("=")
            if head not in job.headers:
                raise CommandError(_("The file has no column “%(head)s”.") % {"head": head})
            mapping[name] = job.headers.index(head)
        return mapping

    def _commit(self, job: ImportJob, by: User) -> None:
        if not job.groups.exclude(outcome__in=[Outcome.REFUSED, Outcome.DUPLICATE]).exists():
            self.stdout.write(_("No row is left to take."))
            return
        services.commit_import(job=job, by=by, publish_task=False)
        while commit_job(job.pk, uuid.uuid4().hex):
            self.stdout.write(".", ending="")
        self._tell(self._fresh(job))

    def _tell(self, job: ImportJob) -> None:
        words = importer_of(job.kind).reasons
        if job.status == JobStatus.FAILED:
            raise CommandError(say(job.problem, words))
        self.stdout.write(f"{job.number} {job.get_status_display()}: {balance(job)}")
        if created := to_create(job) if job.status == JobStatus.CHECKED else "":
            self.stdout.write(_("Will be created: %(things)s.") % {"things": created})
        for code, number in [*job.summary["refused"].items(), *job.summary["mended"].items()]:
            self.stdout.write(f"{number:>9,}  {plain_reason(code, words)}")

    def _write_refused(self, job: ImportJob, path: Path) -> None:
        if not job.counts.get(Outcome.REFUSED):
            return
        with path.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, refused_head(job), refused_rows(job, job.uploaded_by))
        self.stdout.write(_("Refused rows with their reasons: %(path)s") % {"path": path})

    def _fresh(self, job: ImportJob) -> ImportJob:
        return ImportJob.objects.get(pk=job.pk)
