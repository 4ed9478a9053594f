"""What pages keep between requests shows what it should: the row, the language and the choices of now."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.utils import translation

from core.templatetags.ui import filter_field, icon
from core.views.cells import cells
from core.views.columns import Column

STATUS = Column("status", "Status", kind="status", phone="corner")
AMOUNT = Column("amount", "Amount", kind="money")
DAY = Column("day", "Day", kind="day", phone="hidden")


class Sample(SimpleNamespace):
    pass


def drawn(columns, row, url="/orders/1/"):
    return cells([(column, column.opening()) for column in columns], row, url, {})


def test_the_same_row_with_another_value_is_drawn_anew():
    row = Sample(amount=Decimal("10.00"), currency="CNY")
    assert "¥10.00" in drawn([AMOUNT], row)
    row.amount = Decimal("12.00")
    assert "¥12.00" in drawn([AMOUNT], row)


def test_the_same_amount_in_another_currency_is_another_cell():
    assert "¥10.00" in drawn([AMOUNT], Sample(amount=Decimal(10), currency="CNY"))
    assert "US$10.00" in drawn([AMOUNT], Sample(amount=Decimal(10), currency="USD"))


def test_a_row_is_kept_in_each_language_by_itself():
    row = Sample(day=date(2026, 11, 21))
    with translation.override("en"):
        assert "21 Nov 2026" in drawn([DAY], row)
    with translation.override("zh-hans"):
        assert "2026-11-21" in drawn([DAY], row)


def test_what_people_typed_stays_text():
    row = Sample(name="<b>海天</b>")
    assert "&lt;b&gt;海天" in drawn([Column("name", "Name")], row)


def test_a_filter_field_follows_value_and_choices():
    class Filters:
        pass

    def shown(value, *names):
        class Form(forms.Form):
            person = forms.ChoiceField(choices=lambda: [(name, name) for name in names])

        return filter_field(Filters(), Form({"person": value})["person"])

    assert "王芳" in shown("王芳", "王芳") and "何琳" not in shown("王芳", "王芳")
    assert "何琳" in shown("王芳", "王芳", "何琳")
    assert 'value="何琳" selected' in shown("何琳", "王芳", "何琳")


def test_an_icon_says_its_label_in_every_language():
    assert 'aria-label="truck"' in icon("truck", "truck") and 'aria-label="卡車"' in icon("truck", "卡車")
