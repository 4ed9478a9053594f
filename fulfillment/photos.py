"""A telephone's photo made small for a paper."""

import base64
import io
from typing import Any

from PIL import Image, ImageOps

from core.attachments import attachments_of
from core.choices import AttachmentKind
from fulfillment.models import Shipment

SIDE = 480  # pixels: some 8 cm on paper, and some 30 KB


MOST = 8


def photos_of(shipment: Shipment) -> list[str]:
    """The photos that lie with it, the oldest first, as a paper carries them."""
    rows = attachments_of(shipment).filter(kind=AttachmentKind.PHOTO).order_by("pk")[:MOST]
    return [small for row in rows if (small := small_picture(row.file))]


def small_picture(file: Any) -> str:
    """As a JPEG data URL; '' for what cannot be read."""
    try:
        with file.open("rb") as content:
            drawn = ImageOps.exif_transpose(Image.open(content, formats=["JPEG", "PNG", "WEBP"])).convert("RGB")
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        return ""
    drawn.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=75)
    return "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
