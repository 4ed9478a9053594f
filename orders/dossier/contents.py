"""What goes into the dossier of an order for one reader: the same as the pages show, nothing more (R1.6, R14.7)."""

from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from core.attachments import may_open_kind
from core.models import Attachment, Document
from core.subjects import about, key_of, label_of, reads_persons
from core.timeline import TimelineEntry, timeline, trails
from orders.dossier.names import safe_name
from orders.dossier.parts import things_of, told
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


@dataclass(frozen=True)
class Trail:
    """What is said of a part, and what happened to it; the order's own stands in its timeline."""

    of: str
    told: list[str]
    entries: list[TimelineEntry]


@dataclass
class Contents:
    order: Order
    reader: User
    papers: list[Paper] = field(default_factory=list)
    files: list[Enclosed] = field(default_factory=list)
    trails: list[Trail] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.papers) + len(self.files) + 1  # the index

    def shown(self) -> dict[str, Any]:
        """For the index: by the same rules as the order's page."""
        facts = OrderFacts(self.order, self.reader)
        cases = cases_of(self.order).prefetch_related("steps__decided_by").order_by("pk")
        return {
            "order": self.order, "reader": self.reader, "facts": facts, "cases": cases, "papers": self.papers,
            "files": self.files, "trails": self.trails,
            "timeline": timeline(self.order, length=LONGEST),
        }  # fmt: skip


def gather(order: Order, reader: User) -> Contents:
    """Called in the reader's language: the names of files are in it."""
    found = Contents(order, reader)
    things = {key_of(thing): thing for thing in things_of(order, reader)}
    whole = cache(partial(reads_persons, reader))  # asked once of each thing, not of each of its papers
    papers = (
        Document.objects.filter(about(things)).defer("context").select_related("issued_by").prefetch_related("files")
    )
    for number, document in enumerate(papers.order_by("issued_at", "pk"), 1):
        key = (document.subject_type, document.subject_id)
        name = f"{document.title} {document.number}"
        name += _(" revision %(number)d") % {"number": document.revision} if document.revision > 1 else ""
        path = f"{_('Documents')}/{safe_name(number, name, 'pdf')}"
        found.papers.append(Paper(document, label_of(things[key]), not whole(*key), path))
    files = Attachment.objects.filter(about(things)).select_related("uploaded_by").order_by("at", "pk")
    open_to = [row for row in files if may_open_kind(reader, row.kind)]
    for number, row in enumerate(open_to, 1):
        of = label_of(things[(row.subject_type, row.subject_id)])
        found.files.append(Enclosed(row, of, f"{_('Attachments')}/{safe_name(number, row.name)}"))
    found.trails = _trails([thing for key, thing in things.items() if key != key_of(order)])
    return found


def _trails(parts: list[Model]) -> list[Trail]:
    happened = trails(parts, length=LONGEST)
    found = [Trail(_name(part), told(part), happened.get(key_of(part), [])) for part in parts]
    return [trail for trail in found if trail.told or trail.entries]


def _name(part: Model) -> str:
    kind = str(part._meta.verbose_name)
    return f"{kind[:1].upper()}{kind[1:]} · {label_of(part)}"
