"""When two customers are probably one: the same name, tax number or telephone, however they are written (R1.4)."""

import re
import unicodedata

from core.chinese import simplified

# What a company's name ends in; 華為技術有限公司 and 华为技术 are one.
LEGAL_FORMS = (
    "股份有限公司", "有限责任公司", "有限公司", "公司", "coltd", "companylimited", "limited", "ltd",
    "incorporated", "inc", "gmbh", "llc", "corp",
)  # fmt: skip
SHORTEST_NUMBER = 7


def name_key(name: str) -> str:
    """Without spaces, capitals, full width, traditional signs, punctuation and legal form; the whole name when nothing
    else is left."""
    bare = simplified("".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum()))
    for form in LEGAL_FORMS if bare not in LEGAL_FORMS else ():
        if bare.endswith(form) and len(bare) > len(form) + 1:
            return bare.removesuffix(form)[:200]
    return bare[:200]


def tax_key(number: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", number).upper() if sign.isalnum())[:30]


def phone_key(phone: str) -> str:
    """The digits that are dialed inside the country; empty for what is too short to tell people apart."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", phone))
    digits = digits.removeprefix("00")
    if len(digits) > 11:
        digits = digits.removeprefix("86")
    digits = digits.lstrip("0")
    return digits[:32] if len(digits) >= SHORTEST_NUMBER else ""
