"""Amounts: rounding by currency, and the capital form that Chinese papers carry (人民币大写)."""

from decimal import ROUND_HALF_UP, Decimal

from core import formats

CURRENCIES = ("CNY", "USD", "EUR", "HKD", "GBP", "JPY", "TWD")  # that orders are taken in
# ISO 4217: places after the point where they are not two.
PLACES = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ("", "拾", "佰", "仟")
LARGEST = Decimal("9999999999999999.99")


def places_of(currency: str) -> int:
    return PLACES.get(currency, 2)


def quantize(amount: Decimal, currency: str) -> Decimal:
    """Half up, as invoices do."""
    return amount.quantize(Decimal(1).scaleb(-places_of(currency)), rounding=ROUND_HALF_UP)


def format_money(amount: Decimal, currency: str) -> str:
    """`¥1,234.50`, rounded first; for what is shown, never for reckoning on."""
    return formats.amount(quantize(amount, currency), currency)


def rmb_capital(amount: Decimal) -> str:
    """人民币壹仟贰佰叁拾元伍角整: the form that nobody alters with a pen.

    By the payment rules of the People's Bank (支付结算办法, annex 1): 整 after 元 and 角, not after 分;
    a run of noughts is read once.
    """
    cents = int(quantize(abs(amount), "CNY") * 100)
    if abs(amount) > LARGEST:
        raise ValueError("too large for the capital form")
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    whole = f"{_integer(yuan)}元" if yuan else ""
    if not jiao and not fen:
        tail = f"{whole or '零元'}整"
    elif not fen:
        tail = f"{whole}{DIGITS[jiao]}角整"
    elif not jiao:
        tail = f"{whole}{'零' if whole else ''}{DIGITS[fen]}分"
    else:
        tail = f"{whole}{DIGITS[jiao]}角{DIGITS[fen]}分"
    return f"人民币{'负' if amount < 0 and cents else ''}{tail}"


def _integer(number: int) -> str:
    """By groups of four; a group that does not fill its four places is announced by one 零."""
    text, gap, place = "", False, 0
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            if place == 2 and text and not text.endswith("亿"):
                text += "亿"
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + ("", "万", "亿", "万")[place]
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + UNITS[power]
        gap = False
    return text
