"""Files that are broken, lie about themselves, or want to harm: a sentence, never a crash."""

import io
import zipfile

import pytest
from django.conf import settings

from core.errors import DomainError
from core.imports.files import csv_lines
from core.imports.refused import refused_head, refused_rows
from core.imports.table import read
from tests.factories import person
from tests.imports.factories import HEAD, check, order_file, upload, workbook

pytestmark = pytest.mark.req("R2.7")


def zipped(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "import_empty"),
        (b" \r\n \r\n", "import_empty"),
        (b"a,b\x00,c\n1,2,3\n", "import_nul"),
        (b"\xff\xff\xff\xff,\x81\n", "import_encoding"),
        (b"a,b\n\x1b[31mred,2\n", "import_encoding"),
        (b"\xd0\xcf\x11\xe0 old excel", "import_xls"),
        (b"PK\x03\x04 not a zip", "import_damaged"),
        (zipped(hello=b"x"), "import_no_sheet"),
        (zipped(xl__workbook_xml=b"x"), "import_no_sheet"),
        (zipped(**{"xl/workbook.xml": b"<broken", "[Content_Types].xml": b"<"}), "import_damaged"),
        (zipped(**{"xl/workbook.xml": b"x" * 5_000_000}), "import_bomb"),
        (b'a,b\n"' + b"x" * 1_100_000 + b'",2\n', "import_csv"),
        (b",".join(b"c" for _ in range(300)) + b"\n1\n", "import_columns"),
    ],
)
def test_a_bad_file_gets_a_sentence(content, code):
    with pytest.raises(DomainError) as refused:
        list(read(content).rows)
    assert refused.value.code == code
    assert str(refused.value.message).endswith(".")


def test_a_file_above_the_limit_is_refused(settings):
    settings.MAX_UPLOAD_BYTES = 100
    with pytest.raises(DomainError) as refused:
        read(b"a,b\n" * 100)
    assert refused.value.code == "import_too_large"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("core.imports.table.MAX_ROWS", 3)
    with pytest.raises(DomainError) as refused:
        list(read(b"a,b\n" + b"1,2\n" * 4).rows)
    assert refused.value.code == "import_rows"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_any_encoding_and_any_separator_is_read(encoding, separator):
    table = read(f"名{separator}數\r\n盒{separator}2\r\n".encode(encoding))
    assert (table.headers, [row.cells for row in table.rows]) == (["名", "數"], [["盒", "2"]])


def test_a_quote_inside_a_wrapped_row_survives():
    wrapped = 'a,b,c\n"1,""RECORD FRAME 7"""" SIZE "",48"\n'
    (row,) = read(wrapped.encode()).rows
    assert (row.cells, row.mended) == (["1", 'RECORD FRAME 7" SIZE ', "48"], [["unwrapped", {}]])


def test_empty_rows_are_passed_over_and_rows_keep_their_numbers():
    assert [row.number for row in read(b"a,b\n\n1,2\n,\n3,4\n").rows] == [3, 5]


@pytest.mark.django_db
def test_formulas_in_the_file_of_refused_rows_are_disarmed():
    clerk = person("inside_sales")
    job = check(order_file('=cmd|calc,"@SUM(1)","+1+1","-2+3",-1,5', '1,"\t=1+1",P,Goods,-1,5'), by=clerk)
    lines = "".join(csv_lines(refused_head(job), refused_rows(job, job.uploaded_by))).splitlines()
    assert lines[1].startswith("'=cmd|calc,'@SUM(1),'+1+1,'-2+3,-1,5,2,")
    assert "'\t=1+1" in lines[2]


@pytest.mark.django_db
def test_a_disarmed_cell_comes_back_as_it_was():
    job = check(order_file("1,'=Acme,P1,Goods,1,5"), by=person("inside_sales"))
    assert job.groups.get().label == "=Acme"


@pytest.mark.django_db
def test_signs_that_mean_something_to_the_database_stay_what_they_are():
    goods = '\\N \\t "two\nlines"\ttab \\. 服务器'
    quoted = goods.replace('"', '""')
    job = check(order_file(*[f'{n},\\N,P1,"{quoted}",1,5' for n in range(150)]), by=person("inside_sales"))
    assert list(job.rows.values_list("raw", flat=True).order_by("row_no")) == [
        [str(n), "\\N", "P1", goods, "1", "5"] for n in range(150)
    ]


@pytest.mark.django_db
def test_the_files_name_never_reaches_the_disk():
    job = upload(order_file("1,A,P,G,1,5"), by=person("inside_sales"), name="../../etc/passwd\u202egnp.csv")
    assert job.original_name == "passwdgnp.csv"
    assert "passwd" not in str(job.file.name)


@pytest.mark.django_db
def test_a_workbook_with_macros_text_and_errors_is_only_text():
    content = workbook(HEAD.split(","), [1, "Acme", "P1", "=1+1", True, "#DIV/0!"])
    job = check(content, by=person("inside_sales"), name="x.xlsx")
    assert job.total_rows == 1


def test_the_limit_of_uploads_is_the_one_of_the_settings():
    assert settings.MAX_UPLOAD_BYTES == 25 * 1024 * 1024
