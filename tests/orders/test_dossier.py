"""Everything of an order in one archive, as far as its reader may see it (R14.7)."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import Role
from accounts.models import RoleAssignment, User
from config.schedule import BEAT_SCHEDULE
from core.attachments import attach_file
from core.comments import add_comment
from core.errors import Conflict, DomainError, NotPermitted
from core.models import Attachment, AuditEntry, Document
from core.subjects import key_of
from core.timeline import trails
from fulfillment import services
from fulfillment.inspected import CheckFinding
from fulfillment.models import InspectionTemplate, Nonconformity, Shipment
from orders import tasks
from orders.dossier import packing
from orders.dossier.names import safe_name
from orders.models import Dossier, Order, ReviewCheck
from orders.services.dossiers import ask_dossier, clear_expired, resume_silent, take_dossier
from tests.core.factories import at_once
from tests.factories import fresh, make_order, make_user, pass_preliminary, person
from tests.fulfillment.factories import (
    dispatch,
    make_incident,
    make_item,
    make_shipment,
    picture,
    prepare,
    settle,
    sign,
    words_for,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("R14.7")]
SECRETS = ("李明", "13800138000")


def whole_order() -> Order:
    """Reviewed, approved, shipped, taken with a complaint and a photo, talked about."""
    shipment = make_shipment()
    sign(shipment, words_for(shipment, result="reservation", remark="外箱破损"), photos=[picture("外箱.jpg")])
    order = fresh(shipment.order)
    contract = SimpleUploadedFile("合同:2026-01.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    attach_file(order, upload=contract, kind="contract", by=person(Role.SALES))
    add_comment(order, text="客户催货", by=person(Role.SALES))
    add_comment(shipment, text="司机已出发", by=person(Role.LOGISTICS))
    return order


def make_failed_and_conceded() -> Shipment:
    """Too hot at the final inspection, let pass by the general manager, and sent."""
    order = make_order("in_production")
    line, item = order.lines.get(), InspectionTemplate.objects.get()
    hot = {line.pk: services.ItemFinding(True, "", {item.pk: CheckFinding(measured="52")})}
    services.record_inspection(order=order, findings=hot, by=person(Role.QUALITY))
    own = Nonconformity.objects.get()
    services.decide_nonconformity(
        nonconformity=own, decision="concession", reason="温升超限，客户同意", by=person(Role.PRODUCTION)
    )
    services.answer_concession(nonconformity=own, grant=True, note="同意", by=person(Role.GENERAL_MANAGER))
    services.record_inspection(order=order, findings=hot, by=person(Role.QUALITY))
    return dispatch(prepare(fresh(order)))


def packed(order: Order, by: User, language: str = "en") -> Dossier:
    dossier = ask_dossier(order=order, by=by, language=language)
    assert packing.pack(dossier.pk, "worker")
    return Dossier.objects.get(pk=dossier.pk)


def opened(dossier: Dossier) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(Path(dossier.file.path).read_bytes()))


def index_of(dossier: Dossier) -> str:
    return opened(dossier).read("index.html").decode()


def words_in(archive: zipfile.ZipFile) -> str:
    """Of the index and of every paper."""
    papers = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf") and "Documents" in name]
    pages = [page for paper in papers for page in pypdfium2.PdfDocument(paper)]
    texts = [page.get_textpage().get_text_range() for page in pages]
    return archive.read("index.html").decode() + "".join(texts)


@pytest.mark.parametrize(
    ("language", "folders"), [("en", ("Documents/", "Attachments/")), ("zh-hans", ("单据/", "附件/"))]
)
def test_it_holds_papers_files_opinions_decisions_and_words_in_the_readers_language(language, folders):
    order = whole_order()
    archive = opened(packed(order, person(Role.INSIDE_SALES), language))
    names, page = archive.namelist(), archive.read("index.html").decode()
    documents, files = ([name for name in names if name.startswith(folder)] for folder in folders)
    assert len(documents) == Document.objects.count() and len(files) == Attachment.objects.count() == 2
    assert names[-1] == "index.html" and archive.testzip() is None
    for words in (
        str(order),
        "客户催货",
        "司机已出发",
        "外箱.jpg",
        {"en": "Decisions", "zh-hans": "审批决定"}[language],
    ):
        assert words in page, words
    assert ('lang="zh-Hans"' in page) == (language == "zh-hans")


def test_what_was_inspected_decided_and_went_wrong_on_the_way_stands_in_it():
    make_item(kind="final", item="满载温升", maximum=Decimal(45), unit="K")
    shipment = make_failed_and_conceded()
    incident = make_incident(shipment, photos=[picture("碰撞.jpg")])
    settle(incident)
    archive = opened(packed(shipment.order, person(Role.GENERAL_MANAGER)))
    page = archive.read("index.html").decode()
    for words in ("满载温升 52 K", "温升超限，客户同意", "承运人赔付，补发两件", "碰撞.jpg"):
        assert words in page, words
    assert any("碰撞" in name for name in archive.namelist())


def test_its_parts_cost_the_same_however_many(django_assert_max_num_queries):
    shipment = make_shipment()
    for number in range(6):
        add_comment(shipment, text=f"第{number}站", by=person(Role.LOGISTICS))
        settle(make_incident(shipment, kind=("damage", "delay", "loss")[number % 3]))
    parts = [shipment, *shipment.incidents.all()]
    with django_assert_max_num_queries(2):
        found = trails(parts, length=100)
    assert len(found) == 7 and sum(entry.words.startswith("第") for entry in found[key_of(shipment)]) == 6


def test_every_link_of_the_index_leads_to_a_piece_of_the_archive():
    from html.parser import HTMLParser
    from urllib.parse import unquote

    archive = opened(packed(whole_order(), person(Role.INSIDE_SALES)))
    links: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            links.extend(unquote(value or "") for name, value in attrs if name == "href")

    Links().feed(archive.read("index.html").decode())
    assert sorted(links) == sorted(name for name in archive.namelist() if name != "index.html")


@pytest.mark.req("R1.6")
@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.INSIDE_SALES, True)])
def test_whom_to_call_is_masked_in_papers_and_index_for_who_may_not_read_it(role, reads):
    order = whole_order()
    text = words_in(opened(packed(order, person(role))))
    assert str(order) in text
    for secret in SECRETS:
        assert (secret in text) == reads, secret
    assert AuditEntry.objects.filter(action="customer.contacts_read").exists() == reads


@pytest.mark.req("R9.2")
@pytest.mark.parametrize(("role", "reads"), [(Role.ENGINEERING, False), (Role.FINANCE, True)])
def test_what_the_customer_owes_is_for_who_may_read_money(role, reads):
    order = make_order()
    pass_preliminary(order)
    ReviewCheck.objects.filter(round__order=order, code="arrears").update(asked="¥777", allowed="¥0")
    assert ("¥777" in index_of(packed(order, person(role)))) == reads


def test_confidential_files_go_along_for_those_who_may_open_them_alone_and_are_entered():
    order = whole_order()
    assert "合同" not in "".join(opened(packed(order, person(Role.WAREHOUSE))).namelist())
    assert not AuditEntry.objects.filter(action="attachment.read").exists()
    assert "合同" in "".join(opened(packed(order, person(Role.INSIDE_SALES))).namelist())
    assert AuditEntry.objects.get(action="attachment.read").by == person(Role.INSIDE_SALES)


def test_who_does_not_see_the_order_gets_none():
    order = make_order()
    with pytest.raises(NotPermitted):
        ask_dossier(order=order, by=make_user(Role.SALES))
    assert not Dossier.objects.exists()


def test_an_unknown_language_is_refused():
    with pytest.raises(DomainError):
        ask_dossier(order=make_order(), by=person(Role.SALES), language="xx")
    assert not Dossier.objects.exists()


def test_a_file_the_storage_lost_is_named_and_the_rest_is_packed():
    order = whole_order()
    lost = Attachment.objects.get(kind="contract")
    Path(lost.file.path).unlink()
    dossier = packed(order, person(Role.INSIDE_SALES))
    assert "missing in the storage" in index_of(dossier) and dossier.status == "done"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "007 etc_passwd"), ("C:\\boot.ini", "007 C__boot.ini"),
        ("合同:2026/01.PDF", "007 合同_2026_01.pdf"),
        ("...", "007 _"), ("a" * 300 + ".pdf", f"007 {'a' * 80}.pdf"), ("no\x00nul\n.txt", "007 no_nul.txt"),
        ("\u202egnp.exe", "007 gnp.exe"),
    ],
)  # fmt: skip
def test_names_lead_nowhere_and_stumble_no_system(name, safe):
    assert safe_name(7, name) == safe


class TestItsLife:
    def test_asked_twice_it_is_packed_once(self):
        order, by = make_order(), person(Role.SALES)
        assert ask_dossier(order=order, by=by).pk == ask_dossier(order=order, by=by).pk
        assert AuditEntry.objects.filter(action="order.dossier_asked").count() == 1

    def test_who_asked_is_told_and_fetches_it_and_nobody_else_does(self):
        dossier = packed(make_order(), person(Role.SALES))
        assert person(Role.SALES).notifications.latest("pk").url == dossier.get_absolute_url()
        with take_dossier(dossier=dossier, by=person(Role.SALES)) as stored:
            assert stored.read(2) == b"PK"
        with pytest.raises(NotPermitted):
            take_dossier(dossier=dossier, by=person(Role.SALES_MANAGER))

    def test_it_is_not_fetched_by_who_may_see_less_by_now(self):
        by = make_user(Role.INSIDE_SALES)
        dossier = packed(make_order(), by)
        RoleAssignment.objects.filter(user=by).update(role=Role.ENGINEERING)
        with pytest.raises(NotPermitted) as refused:
            take_dossier(dossier=dossier, by=User.objects.get(pk=by.pk))
        assert refused.value.code == "rights"

    def test_it_is_kept_a_week_and_then_cleared_away(self):
        dossier = packed(make_order(), person(Role.SALES))
        later = timezone.now() + timedelta(days=8)
        with pytest.raises(Conflict):
            take_dossier(dossier=dossier, by=person(Role.SALES), now=later)
        path = Path(dossier.file.path)
        assert clear_expired() == 0 and path.exists()
        assert clear_expired(later) == 1 and clear_expired(later) == 0
        assert not path.exists() and Dossier.objects.get().status == "expired"

    def test_what_a_killed_worker_left_is_packed_by_the_next(self, monkeypatch):
        sent: list[int] = []
        monkeypatch.setattr("orders.services.dossiers._publish", sent.append)
        dossier = ask_dossier(order=make_order(), by=person(Role.SALES))
        Dossier.objects.update(claim="dead", heartbeat=timezone.now())
        assert not packing.pack(dossier.pk, "next")  # the first still shows signs of life
        assert resume_silent() == 0
        later = timezone.now() + timedelta(seconds=100)
        assert resume_silent(later) == 1 and sent == [dossier.pk]
        assert packing.pack(dossier.pk, "next", now=later) and Dossier.objects.get().status == "done"

    def test_a_worker_that_lost_it_writes_nothing(self, monkeypatch):
        dossier = ask_dossier(order=make_order(), by=person(Role.SALES))
        real = packing.write

        def overtaken(*args: Any) -> None:
            Dossier.objects.update(claim="other")
            real(*args)

        monkeypatch.setattr(packing, "write", overtaken)
        assert not packing.pack(dossier.pk, "slow")
        assert Dossier.objects.get().is_running and not Dossier.objects.get().file

    def test_what_cannot_be_packed_says_so(self, monkeypatch):
        dossier = ask_dossier(order=make_order(), by=person(Role.SALES))
        monkeypatch.setattr(packing, "gather", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.pack_dossier.run(dossier.pk)
        assert Dossier.objects.get().status == "failed"

    def test_beat_resumes_and_clears(self):
        assert BEAT_SCHEDULE["resume-dossiers"]["task"] == tasks.resume_dossiers.name
        assert BEAT_SCHEDULE["clear-dossiers"]["task"] == tasks.clear_dossiers.name


class TestItsPages:
    def test_lead_from_the_order_to_the_download(self):
        order, client = make_order(), Client()
        client.force_login(person(Role.SALES))
        address = reverse("orders:order-dossier", args=[order.pk])
        assert address in client.get(order.get_absolute_url()).content.decode()
        answer = client.post(address, {"language": "en"})
        dossier = Dossier.objects.get()
        assert answer["Location"] == dossier.get_absolute_url()
        assert "hx-get" in client.get(dossier.get_absolute_url()).content.decode()
        packing.pack(dossier.pk, "worker")
        assert client.get(reverse("orders:dossier-progress", args=[dossier.pk]))["HX-Refresh"] == "true"
        file = reverse("orders:dossier-file", args=[dossier.pk])
        assert file in client.get(dossier.get_absolute_url()).content.decode()
        download = client.get(file)
        assert download.streaming and download["Content-Type"] == "application/zip"
        assert "attachment" in download["Content-Disposition"] and "no-store" in download["Cache-Control"]

    @pytest.mark.parametrize("page", ["dossier", "dossier-progress", "dossier-file"])
    def test_are_for_who_asked_alone(self, page):
        dossier = packed(make_order(), person(Role.SALES))
        client = Client()
        client.force_login(person(Role.SALES_MANAGER))
        assert client.get(reverse(f"orders:{page}", args=[dossier.pk])).status_code == 404


@pytest.mark.req("R13.1")
@pytest.mark.django_db(transaction=True)
class TestADoubleClick:
    @pytest.fixture(autouse=True)
    def cast(self, transactional_db: None) -> None:
        if connection.vendor == "sqlite":
            pytest.skip("one writer at a time")
        self.order, self.by = make_order(), person(Role.SALES)

    def ask_in_four_threads(self) -> set[int]:
        return {dossier.pk for dossier in at_once(4, lambda _: ask_dossier(order=self.order, by=self.by))}

    def test_makes_one(self):
        assert len(self.ask_in_four_threads()) == Dossier.objects.count() == 1

    def test_makes_four_without_the_key(self):
        (key,) = [each for each in Dossier._meta.constraints if each.name == "orders_dossier_one_at_a_time"]
        with connection.schema_editor() as editor:
            editor.remove_constraint(Dossier, key)
        try:
            assert len(self.ask_in_four_threads()) == 4
        finally:
            Dossier.objects.all().delete()
            with connection.schema_editor() as editor:
                editor.add_constraint(Dossier, key)
