"""Both languages are whole: the catalog, the words beside acts, and what the pages show (R13.5)."""

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from accounts.choices import Kind, Role
from accounts.models import User
from core.act_words import code_in_words, words_of
from core.imports.choices import JobStatus
from credit.choices import ReceiptStatus
from customers.choices import DisclosureStatus
from orders.choices import OrderStatus, QuotationStatus
from tests.access import world
from tests.access.test_table import ADDRESSES
from tests.factories import make_user
from tools.translations import FOLDER
from workflow.choices import StepStatus, WaiverStatus, WorkKind

pytestmark = pytest.mark.req("R13.5")

ROOT = Path(__file__).parent.parent
ROOMS = ("accounts", "aftersales", "catalog", "config", "core", "credit", "customers", "fulfillment", "orders",
         "reports", "workflow")  # fmt: skip
CHINESE = re.compile(r"[一-鿿]")
WORD = re.compile(r"[A-Za-z]{3,}")
MARKS = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\{\w+\}|<[^>]+>|`[^`]+`|https?://[A-Za-z./]*[a-z/]")
# What a Chinese reader of business software reads in Latin letters.
LATIN = frozenset(
    WORD.findall(
        "API CSV PDF XLSX TSV UTF JPEG PNG WebP DOCX PPTX DWG DXF STEP CNY USD EUR HKD GBP JPY TWD "
        "Jiedan English Webhook Enter Ctrl YOUR_KEY yyyy seq https://partner.example/events"
    )
)
CATALOG = polib.pofile(str(ROOT / FOLDER / "django.po"))


def texts_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_sentence_is_translated_and_none_is_doubtful() -> None:
    assert not [entry.msgid for entry in CATALOG.untranslated_entries()]
    assert not [entry.msgid for entry in CATALOG.fuzzy_entries()]
    assert not [entry.msgid for entry in CATALOG if entry.msgid_plural and len(entry.msgstr_plural) != 1]


@pytest.mark.parametrize("kind", ["placeholders and tags", "white space"])
def test_a_translation_keeps_what_a_program_reads(kind: str) -> None:
    def kept(text: str) -> Any:
        return sorted(set(MARKS.findall(text))) if kind == "placeholders and tags" else text[:1].isspace()

    wrong = [
        entry.msgid
        for entry in CATALOG
        for text in texts_of(entry)
        if kept(text) not in (kept(entry.msgid), kept(entry.msgid_plural or entry.msgid))
    ]
    assert not wrong


def test_chinese_sentences_are_set_as_chinese() -> None:
    """Full-width stops beside Chinese, and a sentence that ends in English ends in Chinese."""
    half = re.compile(r"[一-鿿][,;:!?]|[,;:!?][一-鿿]|[一-鿿]\.(\s|$)|[一-鿿]\(|\)[一-鿿]")
    plain = {entry.msgid: re.sub(MARKS, "", "".join(texts_of(entry))) for entry in CATALOG}
    assert not {msgid: text for msgid, text in plain.items() if half.search(text)}
    ended = [entry for entry in CATALOG if entry.msgid.endswith(".") and entry.msgid != "No."]
    assert not [entry.msgid for entry in ended for text in texts_of(entry) if text[-1:] not in "。：）"]


def trees() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def test_sentences_are_marked_by_names_that_are_collected() -> None:
    """`gettext as say` works, yet nobody collects what is said with it."""
    hidden = [
        f"{name}: {alias.name} as {alias.asname}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname not in (None, "_") and "gettext" in alias.name
    ]
    assert not hidden


# Actions whose end is written by the program.
ENDS: dict[str, list[str]] = {
    "order.step_inspection_": ["passed", "failed"],
    "requisition.incoming_": ["passed", "failed"],
    "stock.incoming_": ["passed", "failed"],
    "order.": [value for value in OrderStatus.values if value != "draft"],
    "order.shipment_": ["prepared", "dispatched", "canceled", "accepted", "link_renewed"],
    "order.dispatch_": ["requested", "corrected", "returned", "withdrawn", "ordered"],
    "dispatch_request.": ["requested", "corrected", "returned", "withdrawn", "ordered"],
    "shipment.": ["prepared", "dispatched", "canceled", "accepted", "link_renewed"],
    "quotation.": ["returned", *(value for value in QuotationStatus.values if value != "draft")],
    "count.": ["posted", "discarded"],
    "receipt.": [value for value in ReceiptStatus.values if value != "reported"],
    "disclosure.": [DisclosureStatus.GRANTED, DisclosureStatus.REFUSED],
    "import.": [JobStatus.DONE, JobStatus.FAILED],
    "approval.step_": [StepStatus.APPROVED, StepStatus.REFUSED],
    "waiver.": [WaiverStatus.GRANTED, WaiverStatus.REFUSED],
}


def actions() -> set[str]:
    found = set()
    for _name, tree in trees():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args):
            if ast.unparse(call.func) in ("audit.record", "audit.entry"):
                found |= set(_actions_in(call.args[0]))
    return found


def _actions_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        start = ast.literal_eval(node.values[0])
        yield from (f"{start}{end}" for end in ENDS[start])
    elif isinstance(node, ast.IfExp):
        yield from (*_actions_in(node.body), *_actions_in(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_recorded_act_has_its_words() -> None:
    found = actions()
    assert len(found) > 60
    with translation.override("zh-hans"):
        assert not [action for action in sorted(found) if not CHINESE.search(words_of(action))]


def test_codes_beside_acts_have_their_words() -> None:
    codes = [*Role.values, *WorkKind.values, "favorable", "unfavorable", "done", "canceled", "approved", "passed"]
    with translation.override("zh-hans"):
        assert not [code for code in codes if not CHINESE.search(code_in_words(code))]
    with translation.override("en"):
        assert code_in_words("sales_manager") == "sales manager"


def test_templates_hold_no_chinese_of_their_own() -> None:
    own = {"單", "中文"}  # the mark, and the name of a language in itself
    comment = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", re.DOTALL)
    for path in sorted(set((ROOT / "templates").rglob("*.*")) - {ROOT / "templates/generic/gallery.html"}):
        text = comment.sub("", path.read_text())
        assert set(re.findall(r"[一-鿿]+", text)) <= own, path


def visible(page: str) -> list[str]:
    """What is read or read out, a piece each; scripts, code and drawings are not."""
    page = re.sub(r"(?is)<(script|style|svg|code|pre|kbd|template)\b.*?</\1>|<!--.*?-->", " ", page)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt|data-label|data-[a-z]+-(?:text|label))="([^"]*)"', page)
    pieces = re.sub(r"<[^>]+>", "\n", page).split("\n")
    return [html.unescape(piece).strip() for piece in (*pieces, *spoken) if piece.strip()]


Things = dict[str, list[dict[str, Any]]]
# Names of files, of keys and of heads in a file, addresses, and what may be typed in either language.
DATA = re.compile(
    r"[\w-]+\.(csv|pdf|ping)|ping-\w+|\w{8}…|https?://\S+|\S+@\S+|“30% in advance, [a-z ]+”|Server A|\bMAIN\b|<script>"
)
HEADS = ("first", "number", "customer", "product code", "description", "quantity", "unit price")


@pytest.fixture(scope="module")
def things(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Things]:
    """One of everything, brought in by people with Chinese names."""
    media = tmp_path_factory.mktemp("media")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=media):
        for role in Role.values:
            make_user(role, username=role, display_name="王芳", language="zh-hans")
        staff = [role for role in Role.values if role != Role.PARTNER]
        make_user(*staff, username="everybody", display_name="众人", kind=Kind.STAFF, is_staff=True)
        with translation.override("zh-hans"):
            yield world.build()
        transaction.set_rollback(True)


def addresses(things: Things) -> Iterator[str]:
    for name, pattern in ADDRESSES:
        if name.startswith(("api:", "core:gallery")) or name.endswith(("-pdf", "-export", "-layout", "-refused")):
            continue
        wanted = set(pattern.pattern.converters)
        near = [given for key, given in things.items() if key != "*" and name.startswith(key)]
        for given in [each for group in near for each in group] or things["*"]:
            try:
                yield reverse(name, kwargs={key: given[key] for key in wanted})
            except (NoReverseMatch, KeyError):
                continue
    yield from ("/accounts/login/", "/accounts/password/change/", "/accounts/2fa/", "/no/such/page/")


def pages(things: Things, language: str) -> Iterator[tuple[str, list[str]]]:
    User.objects.update(language=language)
    everybody, stranger = Client(raise_request_exception=False), Client(raise_request_exception=False)
    everybody.force_login(User.objects.get(username="everybody"))
    for url in sorted(set(addresses(things))):
        client = stranger if url.startswith(("/s/", "/accounts/login")) else everybody
        with transaction.atomic():
            answer = client.get(url, headers={"accept-language": language})
            transaction.set_rollback(True)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            yield url, visible(answer.content.decode())


@pytest.mark.slow
@pytest.mark.xdist_group("languages")
@pytest.mark.django_db
def test_chinese_pages_hold_no_english_words(things: Things) -> None:
    data = {*User.objects.values_list("username", flat=True), *HEADS}
    found = [
        f"{url}: {piece}"
        for url, pieces in pages(things, "zh-hans")
        for piece in pieces
        if piece not in data and set(WORD.findall(DATA.sub("", piece))) - LATIN
    ]
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.xdist_group("languages")
@pytest.mark.django_db
def test_english_pages_hold_no_chinese_of_ours(things: Things) -> None:
    """Data may be Chinese; a word of the catalog may not."""
    ours = {text for entry in CATALOG for text in texts_of(entry) if CHINESE.search(text)} - {"主仓库"}
    found = [f"{url}: {piece}" for url, pieces in pages(things, "en") for piece in pieces if piece in ours]
    assert not found, "\n".join(found)
