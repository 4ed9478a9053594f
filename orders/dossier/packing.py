"""A worker packs a dossier: piece by piece onto the disk, with signs of life; a killed one is begun anew."""

import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from core import audit
from core.documents.rendering import ensure_file, read_file
from core.subjects import load
from orders.choices import DossierStatus
from orders.dossier.contents import Contents, Enclosed, Paper, gather
from orders.dossier.rights import rights_of
from orders.models import Dossier
from orders.models.dossier import SILENCE
from workflow.notifications import notify

KEPT = timedelta(days=7)
CONFIDENTIAL = ("contract", "certificate")
PACKED = gettext_noop("The dossier of order %(order)s is packed.")
Beat = Callable[[int], None]


class Lost(Exception):
    """Another worker has it, or it is no longer wanted."""


def pack(pk: int, claim: str, *, now: datetime | None = None) -> bool:
    """Pack the dossier if nobody else does; False when there is nothing to do."""
    dossier = _claim(pk, claim, now or timezone.now())
    if dossier is None:
        return False
    try:
        with tempfile.TemporaryDirectory(prefix="dossier-") as folder, translation.override(dossier.language):
            path = Path(folder) / "dossier.zip"
            contents = gather(dossier.order, dossier.asked_by)
            _mine(dossier).update(total=contents.total)
            write(contents, path, dossier.language, lambda done: _beat(dossier, done))
            _enter_readings(contents)
            return _finish(dossier, path)
    except Lost:
        return False
    except Exception:
        _mine(dossier).update(status=DossierStatus.FAILED, claim="", finished_at=timezone.now())
        raise


def write(contents: Contents, path: Path, language: str, beat: Beat) -> None:
    """The archive at `path`: papers, files, then the index that knows which of them are missing."""
    beat(0)
    with zipfile.ZipFile(path, "w") as archive:
        for done, paper in enumerate(contents.papers, 1):
            _draw(archive, paper, language)
            beat(done)
        for done, piece in enumerate(contents.files, len(contents.papers) + 1):
            _enclose(archive, piece)
            beat(done)
        page = render_to_string("orders/dossier/index.html", {**contents.shown(), "language": language})
        archive.writestr(_entry("index.html"), page, compress_type=zipfile.ZIP_DEFLATED)
    beat(contents.total)


def _draw(archive: zipfile.ZipFile, paper: Paper, language: str) -> None:
    """In the reader's language; drawn now when nobody asked for it before."""
    drawn = (row for row in paper.document.files.all() if (row.language, row.masked) == (language, paper.masked))
    row = next(drawn, None) or ensure_file(paper.document, language, masked=paper.masked)
    archive.writestr(_entry(paper.path), read_file(row))


def _enclose(archive: zipfile.ZipFile, piece: Enclosed) -> None:
    try:
        stored: Any = piece.attachment.file.open("rb")
    except FileNotFoundError:
        piece.missing = True
        return
    with stored, archive.open(_entry(piece.path), "w", force_zip64=True) as entry:
        shutil.copyfileobj(stored, entry, 1 << 20)


def _entry(name: str) -> zipfile.ZipInfo:
    """PDFs and pictures are small as they are: stored, not pressed again."""
    return zipfile.ZipInfo(name, time.localtime()[:6])


def _claim(pk: int, claim: str, now: datetime) -> Dossier | None:
    """One conditional update: of two workers one finds it taken."""
    free = Q(claim="") | Q(claim=claim) | Q(heartbeat__isnull=True) | Q(heartbeat__lt=now - SILENCE)
    rows = Dossier.objects.filter(free, pk=pk, status=DossierStatus.RUNNING)
    if not rows.update(claim=claim, heartbeat=now):
        return None
    return Dossier.objects.select_related("order__customer", "order__salesperson", "asked_by").get(pk=pk)


def _enter_readings(contents: Contents) -> None:
    """Reading confidential papers is an entry too, as it is for each opened alone."""
    for piece in contents.files:
        row = piece.attachment
        if row.kind in CONFIDENTIAL and not piece.missing:
            subject = load(row.subject_type, row.subject_id)
            audit.record("attachment.read", subject, by=contents.reader, note=row.name)


def _mine(dossier: Dossier) -> Any:
    return Dossier.objects.filter(pk=dossier.pk, claim=dossier.claim, status=DossierStatus.RUNNING)


def _beat(dossier: Dossier, done: int) -> None:
    if not _mine(dossier).update(done=done, heartbeat=timezone.now()):
        raise Lost


def _finish(dossier: Dossier, path: Path) -> bool:
    now = timezone.now()
    with path.open("rb") as packed:
        dossier.file.save("dossier.zip", File(packed), save=False)
    done = _mine(dossier).update(
        status=DossierStatus.DONE, file=dossier.file.name, size=path.stat().st_size, finished_at=now,
        expires_at=now + KEPT, rights=rights_of(dossier.asked_by, dossier.order), claim="", heartbeat=None,
    )  # fmt: skip
    if not done:
        dossier.file.delete(save=False)
        return False
    params, key = {"order": str(dossier.order)}, f"dossier:{dossier.pk}"
    notify([dossier.asked_by], PACKED, params=params, subject=dossier, email=False, key=key, now=now)
    return True
