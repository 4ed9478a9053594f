"""What goes into the dossier of an order for one reader: the same as the pages show, nothing more (R1.6, R14.7)."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from accounts.models import User
from core.attachments import may_open_kind
from core.models import Attachment, Comment, Document
from core.subjects import key_of, label_of, reads_persons
from core.timeline import timeline
from orders.dossier.names import safe_name
from orders.dossier.parts import things_of
from orders.models import Order
from orders.page import OrderFacts
from workflow.services import cases_of

LONGEST = 5000  # entries of a timeline


@dataclass(frozen=True)
class Paper:
    document: Document
    of: str
    masked: bool
    path: str


@dataclass
class Enclosed:
    """A file somebody attached; `missing` when the storage has it no longer."""

    attachment: Attachment
    of: str
    path: str
    missing: bool = False


@dataclass
class Contents:
    order: Order
    reader: User
    papers: list[Paper] = field(default_factory=list)
    files: list[Enclosed] = field(default_factory=list)
    comments: list[Any] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.papers) + len(self.files) + 1  # the index

    def shown(self) -> dict[str, Any]:
        """For the index: by the same rules as the order's page."""
        facts = OrderFacts(self.order, self.reader)
        cases = cases_of(self.order).prefetch_related("steps__decided_by").order_by("pk")
        return {
            "order": self.order, "reader": self.reader, "facts": facts, "cases": cases, "papers": self.papers,
            "files": self.files, "comments": self.comments,
            "timeline": timeline(self.order, length=LONGEST),
        }  # fmt: skip


def gather(order: Order, reader: User) -> Contents:
    """Called in the reader's language: the names of files are in it."""
    found = Contents(order, reader)
    things = {key_of(thing): thing for thing in things_of(order, reader)}
    whole = cache(partial(reads_persons, reader))  # asked once of each thing, not of each of its papers
    papers = (
        Document.objects.filter(_about(things)).defer("context").select_related("issued_by").prefetch_related("files")
    )
    for number, document in enumerate(papers.order_by("issued_at", "pk"), 1):
        key = (document.subject_type, document.subject_id)
        name = f"{document.title} {document.number}"
        name += _(" revision %(number)d") % {"number": document.revision} if document.revision > 1 else ""
        path = f"{_('Documents')}/{safe_name(number, name, 'pdf')}"
        found.papers.append(Paper(document, label_of(things[key]), not whole(*key), path))
    files = Attachment.objects.filter(_about(things)).select_related("uploaded_by").order_by("at", "pk")
    open_to = [row for row in files if may_open_kind(reader, row.kind)]
    for number, row in enumerate(open_to, 1):
        of = label_of(things[(row.subject_type, row.subject_id)])
        found.files.append(Enclosed(row, of, f"{_('Attachments')}/{safe_name(number, row.name)}"))
    found.comments = _comments(order, things)
    return found


def _comments(order: Order, things: dict[tuple[str, int], Model]) -> list[tuple[Comment, str]]:
    """What was written on the parts; the order's own words stand in its timeline."""
    others = {key: thing for key, thing in things.items() if key != key_of(order)}
    rows = Comment.objects.filter(_about(others)).select_related("by").order_by("at", "pk") if others else ()
    return [(row, label_of(others[(row.subject_type, row.subject_id)])) for row in rows]


def _about(things: dict[tuple[str, int], Model]) -> Q:
    by_type = defaultdict[str, list[int]](list)
    for subject_type, subject_id in things:
        by_type[subject_type].append(subject_id)
    wanted = Q()
    for subject_type, keys in by_type.items():
        wanted |= Q(subject_type=subject_type, subject_id__in=keys)
    return wanted
