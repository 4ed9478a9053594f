"""manage.py import_orders: the same counts and words as on the page."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from orders.models import Order
from tests.factories import person
from tests.imports.factories import RETAIL, order_file

pytestmark = [pytest.mark.req("R2.7"), pytest.mark.django_db]


def run(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_orders", str(path), *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(order_file("1,Acme,P1,Goods,1,5", "2,,P1,Goods,1,5", "=3,Acme,P1,Goods,-1,5"))
    return path


def test_a_dry_run_tells_everything_and_writes_no_order(file):
    said = run(file, "--dry-run")
    assert "1 ready + 2 refused = 3 rows" in said
    assert "No customer is named." in said
    assert not Order.objects.exists()


def test_the_refused_rows_lie_beside_the_file_with_their_reasons(file):
    run(file, "--dry-run")
    text = Path(f"{file}.refused.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][-2:] == ["3", "No customer is named."]
    assert rows[2][0] == "'=3"


def test_committed_twice_the_orders_are_there_once(file, tmp_path):
    said = run(file, "--commit", "--refused", str(tmp_path / "no.csv"))
    assert "1 taken" in said or "1 refused" in said
    assert "No row is left to take." in run(file, "--commit")
    assert Order.objects.count() == 1


def test_the_real_file_balances():
    said = run(RETAIL, "--dry-run", "--option", "source=retail", "--refused", "/dev/null")
    assert "2,385 refused = 8,373 rows" in said


def test_columns_and_options_can_be_said(tmp_path):
    person("sales")
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c,d,e\n1,Acme,Goods,1,5\n")
    pairs = ["a=number", "b=customer_name", "c=description", "d=quantity", "e=unit_price"]
    arguments = [word for pair in pairs for word in ("--map", pair)]
    run(path, "--commit", *arguments, "--option", "currency=GBP", "--option", "source=shop")
    assert (Order.objects.get().currency, Order.objects.get().import_key) == ("GBP", "shop:1")


@pytest.mark.parametrize(
    "arguments",
    [["--map", "nothing=number"], ["--map", "number=nonsense"], ["--option", "terms=whenever"], ["--option", "x=1"],
     ["--by", "nobody"]],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(file, arguments):
    with pytest.raises(CommandError):
        run(file, "--dry-run", *arguments)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(CommandError):
        run(tmp_path / "none.csv", "--dry-run")
