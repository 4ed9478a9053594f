import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from django.conf import settings as conf
from weasyprint.urls import FatalURLFetchingError

from core import outbox_delivery
from core.documents import fonts, issue_document, render
from core.documents.renderer import Renderer, renderer
from core.documents.rendering import ensure_file, html_of, read_file
from core.models import Document, DocumentFile, OutboxMessage
from tests.core.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R13.4")]
CONTEXT: dict[str, Any] = {
    "customer": "苏州精密机械有限公司",
    "delivery_date": date(2026, 12, 1),
    "currency": "CNY",
    "total": Decimal("12345.60"),
    "lines": [{"name": "齿轮箱 GX-200", "quantity": Decimal("12"), "unit": "台", "amount": Decimal("12345.60")}],
}


@pytest.fixture(autouse=True)
def templates(settings):
    project: Any = conf.TEMPLATES[0]
    engine = {**project, "DIRS": [*project["DIRS"], Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [engine]


@pytest.fixture
def issue(person):
    def issued(subject=None, **over):
        return issue_document("sample", subject or person, context={**CONTEXT, **over}, by=person)

    return issued


def ink(pdf: bytes) -> list[bytes]:
    """The grey pixels of each page."""
    return [page.render(scale=1, grayscale=True).to_pil().tobytes() for page in pypdfium2.PdfDocument(pdf)]


class TestIssuing:
    def test_freezes_what_the_paper_says(self, issue):
        document = issue()
        assert document.context["total"] == "12345.60" and document.context["delivery_date"] == "2026-12-01"
        assert document.context["company"]["name"]
        assert document.number.startswith("D2") and len(document.code) == 20

    def test_again_supersedes_and_keeps_the_number(self, issue):
        first, second = issue(), issue(total=Decimal("1"))
        first.refresh_from_db()
        assert (second.number, second.revision) == (first.number, 2)
        assert first.superseded_by == second and first.context["total"] == "12345.60"

    def test_asks_for_both_languages(self, issue):
        document = issue()
        keys = set(OutboxMessage.objects.values_list("key", flat=True))
        assert keys == {f"document:{document.pk}:en", f"document:{document.pk}:zh-hans"}

    def test_costs_five_statements(self, issue, django_assert_max_num_queries):
        issue(make_person())
        with django_assert_max_num_queries(5):
            issue()


class TestDrawing:
    def test_by_the_worker_keeps_one_file_per_language(self, issue):
        document = issue()
        assert outbox_delivery.deliver_due() == 2
        assert {row.language for row in document.files.all()} == {"en", "zh-hans"}
        row = ensure_file(document, "en")
        assert DocumentFile.objects.count() == 2 and read_file(row).startswith(b"%PDF-")

    def test_refuses_a_file_that_was_swapped(self, issue):
        row = ensure_file(issue(), "en")
        Path(row.file.path).write_bytes(b"%PDF- another")
        with pytest.raises(ValueError, match="differs"):
            read_file(row)

    @pytest.mark.req("R13.5")
    def test_speaks_the_language_of_the_reader(self, issue):
        document = issue()
        assert "¥12,345.60" in html_of(document, "zh-hans") and "人民币壹万贰仟叁佰肆拾伍元陆角整" in html_of(
            document, "zh-hans"
        )
        assert "1 Dec 2026" in html_of(document, "en") and "人民币" not in html_of(document, "en")

    def test_of_three_hundred_lines_repeats_the_head(self, issue):
        line = CONTEXT["lines"][0]
        pages = pypdf.PdfReader(io.BytesIO(render(issue(lines=[line] * 300), "en"))).pages
        assert len(pages) > 5 and all("Quantity" in page.extract_text() for page in pages[:5])
        assert f"Page 2 of {len(pages)}" in pages[1].extract_text()


class TestGlyphs:
    """Text extraction looks right even where the page shows boxes: only fonts and pixels tell."""

    @pytest.fixture(params=["system", "packaged"])
    def drawn(self, request, monkeypatch):
        """By the system's fonts where it has them, and by the packaged one."""
        if request.param == "system" and not fonts.system_has_cjk():
            pytest.skip("no Noto Sans CJK installed")
        monkeypatch.setattr(fonts, "system_has_cjk", lambda: request.param == "system")
        return Renderer()

    def test_a_simplified_chinese_face_is_embedded(self, issue, drawn):
        reader = pypdf.PdfReader(io.BytesIO(drawn.pdf(html_of(issue(), "zh-hans"))))
        resources: Any = reader.pages[0]["/Resources"]
        used = {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()}
        assert all("CJK-SC" in name or "Document" in name for name in used), used

    def test_different_characters_give_different_pixels(self, drawn):
        """Two boxes look alike; two characters do not."""
        first, second = (ink(drawn.pdf(f"<p>{text}")) for text in ("订单", "签收"))
        assert first != second
        assert first != ink(drawn.pdf("<p>\U000f0000\U000f0000"))


class TestHostileContent:
    def test_is_text_and_nothing_else(self, issue):
        document = issue(customer='<img src="file:///etc/passwd"><script>alert(1)</script>')
        html = html_of(document, "en")
        assert "<script>" not in html and '<img src="file' not in html
        assert "root:" not in pypdf.PdfReader(io.BytesIO(render(document, "en"))).pages[0].extract_text()

    def test_of_great_length_stays_on_the_paper(self, issue):
        pages = ink(render(issue(customer="甲" * 5000, remarks="W" * 20_000), "zh-hans"))
        assert 2 <= len(pages) < 20

    @pytest.mark.parametrize(
        "url",
        [
            "file:///etc/passwd",
            "http://127.0.0.1:1/x",
            "https://example.com/",
            "ftp://x/y",
            "asset:../renderer.py",
            "asset:/etc/passwd",
            "passwd",
            "//example.com/x",
        ],
    )
    def test_cannot_make_the_fetcher_reach_out(self, url):
        with pytest.raises((ValueError, OSError, FatalURLFetchingError)):
            renderer().fetcher.fetch(url)

    def test_may_carry_its_own_pictures_as_data(self):
        assert renderer().fetcher.fetch("data:text/plain,ok").read() == b"ok"

    def test_a_picture_from_disk_is_left_out(self, tmp_path):
        (tmp_path / "x.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>')
        plain = renderer().pdf("<p>x")
        assert ink(renderer().pdf(f'<p>x<img src="{(tmp_path / "x.svg").as_uri()}">')) == ink(plain)


class TestThePage:
    def url(self, document: Document, language: str = "en") -> str:
        return f"/documents/{document.pk}/{language}.pdf"

    def test_hands_the_pdf_to_whoever_sees_the_subject(self, issue, client, open_subjects, person):
        document = issue()
        ensure_file(document, "en")
        client.force_login(person)
        response = client.get(self.url(document))
        assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF-")
        assert response["X-Content-Type-Options"] == "nosniff"

    def test_is_kept_under_its_kind_and_number(self, issue, client, open_subjects, person):
        """Four papers of one shipment carry its number."""
        document = issue()
        ensure_file(document, "en")
        client.force_login(person)
        name = client.get(self.url(document))["Content-Disposition"]
        assert name == f'inline; filename="Sample {document.number}-1.pdf"'

    def test_is_not_found_by_anybody_else(self, issue, client, open_subjects):
        document = issue()
        client.force_login(make_person("warehouse"))
        assert client.get(self.url(document)).status_code == 404

    def test_sends_strangers_to_sign_in(self, issue, client):
        assert client.get(self.url(issue())).status_code == 302

    def test_says_that_the_paper_is_being_prepared(self, issue, client, open_subjects, person):
        client.force_login(person)
        response = client.get(self.url(issue()))
        assert response.status_code == 202 and b'http-equiv="refresh"' in response.content

    def test_says_when_drawing_failed(self, issue, client, open_subjects, person):
        document = issue()
        OutboxMessage.objects.update(status="failed")
        client.force_login(person)
        assert b'http-equiv="refresh"' not in client.get(self.url(document)).content

    def test_knows_no_other_language(self, issue, client, open_subjects, person):
        client.force_login(person)
        assert client.get(self.url(issue(), "fr")).status_code == 404


class TestVerification:
    def test_tells_strangers_that_it_is_genuine_and_nothing_of_its_content(self, issue, client):
        document = issue()
        response = client.get(f"/verify/{document.code}/")
        text = response.content.decode()
        assert response.status_code == 200 and document.number in text and "Genuine and in force" in text
        assert "苏州" not in text and "12,345" not in text and str(document.issued_by) not in text

    def test_tells_that_it_was_superseded(self, issue, client):
        first, _second = issue(), issue()
        assert "revision 2 replaced it" in client.get(f"/verify/{first.code}/").content.decode()

    def test_does_not_know_another_code(self, client):
        assert client.get("/verify/ABCDEFGHJKLMNPQRSTUV/").status_code == 404

    def test_reads_a_code_as_it_is_typed_from_paper(self, issue, client):
        document = issue()
        typed = "-".join(document.code[i : i + 5] for i in range(0, 20, 5)).lower()
        response = client.get("/verify/", {"code": f" {typed} "}, follow=True)
        assert response.status_code == 200 and document.number in response.content.decode()
