"""A name drawn by finger: checked, made small, and refused when nothing was drawn."""

import base64
import binascii
import io

from django.utils.translation import gettext as _
from PIL import Image

from core.errors import DomainError

PREFIX = "data:image/png;base64,"
MAX_TEXT = 400_000
MAX_SIDE = 4000
SHOWN = (640, 240)
FEWEST_DARK = 40  # a tap is no signature


def read_signature(text: str) -> bytes | None:
    """PNG bytes of a few kilobytes from a data URL, None for ''. Raises DomainError("signature")."""
    if not text:
        return None
    drawn = _on_white(_decode(text))
    drawn.thumbnail(SHOWN)
    if sum(drawn.histogram()[:160]) < FEWEST_DARK:
        raise _refused(_("Please sign in the field."))
    out = io.BytesIO()
    drawn.quantize(16).save(out, "PNG", optimize=True)
    return out.getvalue()


def _decode(text: str) -> bytes:
    if not text.startswith(PREFIX) or len(text) > MAX_TEXT:
        raise _refused(_("The signature cannot be read. Please sign again."))
    try:
        return base64.b64decode(text[len(PREFIX) :], validate=True)
    except binascii.Error:
        raise _refused(_("The signature cannot be read. Please sign again.")) from None


def _on_white(content: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(content), formats=["PNG"])
        if max(image.size) > MAX_SIDE:
            raise _refused(_("The signature cannot be read. Please sign again."))
        drawn = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise _refused(_("The signature cannot be read. Please sign again.")) from None
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    return paper.convert("L")


def _refused(text: str) -> DomainError:
    return DomainError("signature", text, fields={"signature": [text]})
