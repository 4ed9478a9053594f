import io
import socket
import threading
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core import file_content
from core.attachments import attach_file, attachments_of, clean_name
from core.errors import DomainError
from core.models import Attachment, AuditEntry
from tests.core.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R2.8")]


def picture(kind: str = "JPEG", size: tuple[int, int] = (30, 20), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def office(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def attach(person):
    def attached(content: bytes, name: str = "a.bin", kind: str = "drawing") -> Attachment:
        return attach_file(person, upload=SimpleUploadedFile(name, content), kind=kind, by=person)

    return attached


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "content_type"),
    [
        (picture(), "foto.JPG", "foto.JPG", "image/jpeg"),
        (picture("PNG"), "scan.png", "scan.png", "image/png"),
        (picture("WEBP"), "page.html", "page.webp", "image/webp"),
        (b"%PDF-1.7\n...\n%%EOF\n", "合同.pdf", "合同.pdf", "application/pdf"),
        (office("word/document.xml"), "a.docx", "a.docx", None),
        (office("xl/workbook.xml"), "rates.exe", "rates.xlsx", None),
        (b"AC1032\0\0\0", "part.dwg", "part.dwg", "image/vnd.dwg"),
        (b"  0\nSECTION\n  2\nHEADER\n", "part.dxf", "part.dxf", "image/vnd.dxf"),
        (b"ISO-10303-21;\nHEADER;", "part.stp", "part.stp", "model/step"),
        ("品名,数量".encode("gb18030"), "list.csv", "list.csv", "text/plain; charset=gb18030"),
        (b"<script>alert(1)</script>", "page.html", "page.txt", "text/plain; charset=utf-8"),
    ],
)
def test_a_file_is_what_it_contains_whatever_it_is_called(attach, content, name, kept_as, content_type):
    kept = attach(content, name)
    assert kept.name == kept_as
    assert content_type is None or kept.content_type == content_type
    assert kept_as not in kept.file.name


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "attachment_empty"),
        (b"MZ\x90\0 program", "attachment_type"),
        (b"\x7fELF\x02", "attachment_type"),
        (b"GIF89a\x01\0", "attachment_type"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "attachment_type"),
        (office(), "attachment_type"),
        (office("word/document.xml", "word/vbaProject.bin"), "attachment_macros"),
        (office("word/document.xml", content=b"0" * 40_000_000), "attachment_bomb"),
        (picture()[:200], "attachment_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "attachment_picture"),
        (b"PK\x03\x04 nothing", "attachment_office"),
        (b"%PDF-1.4 cut off", "attachment_pdf"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_reason(attach, content, code):
    with pytest.raises(DomainError) as refused:
        attach(content)
    assert refused.value.code == code and refused.value.fields
    assert not Attachment.objects.exists() and not AuditEntry.objects.exists()


def test_a_picture_is_drawn_anew_without_what_was_hidden_in_it(attach):
    exif = Image.Exif()
    exif[0x013B] = "GPS place"
    kept = attach(picture(exif=exif) + b"<?php hidden", "a.jpg")
    with kept.file.open() as file:
        stored = file.read()
    assert b"GPS" not in stored and b"hidden" not in stored and kept.size == len(stored)


def test_a_picture_lying_on_its_side_is_put_upright(attach):
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = attach(picture(exif=exif), "a.jpg")
    with Image.open(kept.file.path) as stored:
        assert stored.size == (20, 30)


def test_a_flood_of_pixels_is_refused_before_it_is_unpacked(attach, monkeypatch):
    monkeypatch.setattr(file_content, "MAX_PIXELS", 500)
    with pytest.raises(DomainError, match="attachment_pixels"):
        attach(picture())


def test_a_file_beyond_the_limit_is_refused(attach, settings):
    settings.MAX_UPLOAD_BYTES = 10
    with pytest.raises(DomainError, match="attachment_too_large"):
        attach(b"%PDF-1.4 %%EOF")


def test_an_unknown_kind_is_refused(attach):
    with pytest.raises(DomainError, match="attachment_kind"):
        attach(picture(), kind="nonsense")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\图纸.dwg", "图纸.dwg"),
        ("a\r\nb\u202egpj.exe", "abgpj.exe"),
        ("", "file"),
    ],
)
def test_a_name_carries_no_path_and_no_hidden_signs(given, kept):
    assert clean_name(given) == kept


def test_adding_is_recorded_and_listed(attach, person):
    attach(picture(), "甲.jpg")
    assert AuditEntry.objects.get().changes == {"file": [None, "甲.jpg"]}
    assert [kept.name for kept in attachments_of(person)] == ["甲.jpg"]


class TestTheScanner:
    @pytest.fixture
    def clamd(self, settings):
        """Answers one caller the way ClamAV does: finds the test signature."""
        server = socket.create_server(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            line, _peer = server.accept()
            with line:
                got = b""
                while not got.endswith(b"\0\0\0\0"):
                    got += line.recv(65536)
                line.sendall(b"stream: Eicar-Signature FOUND\0" if b"EICAR" in got else b"stream: OK\0")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield
        server.close()

    def test_lets_clean_files_pass(self, clamd, attach):
        assert attach(picture())

    def test_refuses_infected_ones(self, clamd, attach):
        with pytest.raises(DomainError, match="virus_found"):
            attach(b"EICAR test text")

    def test_that_does_not_answer_lets_nothing_pass(self, settings, attach):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            settings.CLAMD_ADDRESS = f"127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(DomainError, match="virus_scan_down"):
            attach(picture())


class TestThePages:
    def upload(self, client, person, **over):
        fields = {"upload": SimpleUploadedFile("a.jpg", picture()), "kind": "photo", "next": "/verify/", **over}
        return client.post(f"/attachments/accounts.user/{person.pk}/", fields)

    def test_add_a_file_and_go_back_to_where_it_was_added(self, client, person, open_subjects):
        client.force_login(person)
        response = self.upload(client, person)
        assert (response.status_code, response["Location"]) == (302, "/verify/")
        assert Attachment.objects.get().uploaded_by == person

    def test_never_lead_to_another_site(self, client, person, open_subjects):
        client.force_login(person)
        assert self.upload(client, person, next="https://evil.example/")["Location"] == "/"

    def test_refuse_a_bad_file_with_its_reason(self, client, person, open_subjects):
        client.force_login(person)
        response = self.upload(client, person, upload=SimpleUploadedFile("a.jpg", b"MZ"))
        assert response.status_code == 422 and "not accepted" in response.content.decode()

    def test_let_nobody_add_to_what_they_may_not_see(self, client, person, open_subjects):
        client.force_login(make_person("warehouse"))
        assert self.upload(client, person).status_code == 404 and not Attachment.objects.exists()

    def test_hand_out_a_download_that_no_browser_runs(self, client, person, open_subjects, attach):
        kept = attach(b"<script>alert(1)</script>", "页.html")
        client.force_login(person)
        response = client.get(f"/attachments/{kept.uuid}/")
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["Content-Type"].startswith("text/plain") and response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"

    @pytest.mark.req("R13.7")
    def test_hand_out_nothing_to_others(self, client, open_subjects, attach):
        kept = attach(picture())
        client.force_login(make_person("warehouse"))
        assert client.get(f"/attachments/{kept.uuid}/").status_code == 404
        client.logout()
        assert client.get(f"/attachments/{kept.uuid}/").status_code == 302

    @pytest.mark.req("R12.5")
    def test_reading_a_contract_is_recorded(self, client, person, open_subjects, attach):
        kept = attach(b"%PDF-1.4 %%EOF", "c.pdf", kind="contract")
        client.force_login(person)
        assert b"".join(client.get(f"/attachments/{kept.uuid}/").streaming_content).startswith(b"%PDF")
        assert AuditEntry.objects.filter(action="attachment.read", by=person).count() == 1

    def test_say_in_a_sentence_that_a_file_is_gone_from_the_storage(self, client, person, attach, open_subjects):
        kept = attach(b"%PDF-1.7\n...\n%%EOF\n", "a.pdf")
        kept.file.storage.delete(kept.file.name)
        client.force_login(person)
        answer = client.get(f"/attachments/{kept.uuid}/")
        assert answer.status_code == 503 and "backup" in answer.content.decode()
