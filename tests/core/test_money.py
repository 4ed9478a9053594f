from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import LARGEST, format_money, quantize, rmb_capital

pytestmark = pytest.mark.req("R13.5")
VALUES = dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True))
POWERS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("10", "人民币壹拾元整"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("100010000", "人民币壹亿零壹万元整"),
        ("1000000000000", "人民币壹万亿元整"),
        ("-12.30", "人民币负壹拾贰元叁角整"),
        ("-0.001", "人民币零元整"),
    ],
)
def test_the_capital_form_is_what_the_payment_rules_ask(amount, words):
    assert rmb_capital(Decimal(amount)) == words


@given(st.decimals(min_value=0, max_value=LARGEST, places=2))
def test_the_capital_form_reads_back_as_the_amount(amount):
    assert read(rmb_capital(amount)) == amount


@given(st.decimals(min_value=0, max_value=LARGEST, places=2))
def test_the_capital_form_never_says_nought_twice_nor_before_a_unit(amount):
    words = rmb_capital(amount)
    assert "零零" not in words
    assert not any(f"零{unit}" in words.replace("零元整", "") for unit in "拾佰仟万亿元")


def test_an_amount_beyond_reason_is_refused():
    with pytest.raises(ValueError):
        rmb_capital(LARGEST + 1)


def read(words: str) -> Decimal:
    """Another reading of the form than the one that wrote it."""
    body = words.removeprefix("人民币").removesuffix("整")
    whole, _yuan, rest = body.partition("元") if "元" in body else ("", "", body)
    cents = sum(
        VALUES[rest[at - 1]] * (10 if sign == "角" else 1) for at, sign in enumerate(rest) if sign in ("角", "分")
    )
    return Decimal(integer(whole)) + Decimal(cents) / 100


def integer(words: str) -> int:
    for unit, factor in (("亿", 10**8), ("万", 10**4)):
        if unit in words:
            head, _unit, tail = words.rpartition(unit)
            return integer(head) * factor + integer(tail)
    total = digit = 0
    for sign in words:
        if sign in POWERS:
            total, digit = total + digit * POWERS[sign], 0
        else:
            digit = VALUES[sign]
    return total + digit


@pytest.mark.parametrize(
    ("amount", "currency", "kept"), [("1.005", "CNY", "1.01"), ("-1.005", "CNY", "-1.01"), ("1.5", "JPY", "2")]
)
def test_amounts_are_rounded_half_up_to_their_currency(amount, currency, kept):
    assert quantize(Decimal(amount), currency) == Decimal(kept)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from(["CNY", "JPY", "USD"]))
def test_rounding_twice_is_rounding_once(amount, currency):
    once = quantize(amount, currency)
    assert quantize(once, currency) == once and abs(once - amount) <= Decimal("0.5")


def test_a_shown_amount_carries_its_currency():
    assert format_money(Decimal("1234.567"), "CNY") == "¥1,234.57"
    assert format_money(Decimal("12"), "CHF") == "CHF 12.00"
