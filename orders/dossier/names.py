"""Names of files in an archive that no system stumbles over."""

import unicodedata

MOST = 80
KEPT = frozenset(" -_.()")


def safe_name(number: int, name: str, suffix: str = "") -> str:
    """“007 订单确认书 202611-001.pdf”: numbered, hence unique; no path, no sign a file system refuses."""
    stem, dot, ending = unicodedata.normalize("NFC", name).rpartition(".")
    if suffix or not dot or not (ending.isalnum() and len(ending) <= 8):
        stem, ending = name, suffix
    kept = "".join(sign if sign.isalnum() or sign in KEPT else "_" for sign in stem).strip(" ._")
    kept = kept[:MOST].strip(" ._")
    return f"{number:03d} {kept or '_'}" + (f".{ending.lower()}" if ending else "")
