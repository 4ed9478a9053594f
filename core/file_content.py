"""What a file is, told from its bytes. Its name and what the browser said about it count for nothing."""

import io
import re
import warnings
import zipfile

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.errors import DomainError

MAX_PIXELS = 50_000_000
MAX_SIDE = 20_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_PARTS = 5_000
MAX_RATIO = 200

PICTURES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
OFFICE_PARTS = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/presentation.xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
    ),
}
DRAWINGS = (
    (re.compile(rb"AC10\d\d"), "image/vnd.dwg", "dwg"),
    (re.compile(rb"\s*0\r?\n\s*SECTION"), "image/vnd.dxf", "dxf"),
    (re.compile(rb"ISO-10303-21;"), "model/step", "step"),
)

Content = tuple[bytes, str, str]


# What a paper is scanned or photographed to.
SCANS = frozenset({"application/pdf", *(content_type for content_type, _ending in PICTURES.values())})


def check_content(content: bytes, name: str) -> Content:
    """(bytes to keep, content type, name with the right ending), or DomainError when the file is not allowed."""
    for look in (_picture, _pdf, _office, _drawing, _text):
        found = look(content)
        if found is not None:
            kept, content_type, ending = found
            return kept, content_type, _with_ending(name, ending)
    raise not_allowed(
        "attachment_type",
        _("This kind of file is not accepted. Use PDF, JPEG, PNG, WebP, DOCX, XLSX, PPTX, DWG, DXF, STEP or text."),
    )


def not_allowed(code: str, text: str) -> DomainError:
    return DomainError(code, text, fields={"upload": [text]})


def _with_ending(name: str, ending: str) -> str:
    stem, dot, given = name.rpartition(".")
    same = {"jpg": {"jpg", "jpeg"}, "step": {"step", "stp"}, "txt": {"txt", "csv", "md", "log"}}
    if dot and given.lower() in same.get(ending, {ending}):
        return name
    return f"{stem if dot and len(given) <= 5 else name}.{ending}"


def _picture(content: bytes) -> Content | None:
    """Drawn anew: what else was hidden in the file, places in its EXIF included, is not copied."""
    if not content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF")):
        return None
    try:
        with warnings.catch_warnings():
            # The size is judged below, before a pixel is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(PICTURES))
        _check_size(image)
        kind = image.format or ""
        return _redrawn(image, kind), *PICTURES[kind]
    except Image.DecompressionBombError:
        raise _flood() from None
    except (OSError, SyntaxError, ValueError, KeyError, EOFError):
        raise not_allowed("attachment_picture", _("The picture cannot be read. It may be damaged.")) from None


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _flood()


def _flood() -> DomainError:
    return not_allowed("attachment_pixels", _("The picture has too many pixels: at most 50 million."))


def _redrawn(image: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    mode = (
        "RGB" if kind == "JPEG" else ("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    )
    clean = upright.convert(mode)
    clean.info.clear()
    out = io.BytesIO()
    clean.save(out, kind, **({} if kind == "PNG" else {"quality": 90}))
    return out.getvalue()


def _pdf(content: bytes) -> Content | None:
    if not content.startswith(b"%PDF-"):
        return None
    if b"%%EOF" not in content[-2048:]:
        raise not_allowed("attachment_pdf", _("The PDF is incomplete."))
    return content, "application/pdf", "pdf"


def _office(content: bytes) -> Content | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise not_allowed("attachment_office", _("The file cannot be read. It may be damaged.")) from None
    _check_bomb(parts, len(content))
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names:
        return None
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
        raise not_allowed("attachment_macros", _("Office files with macros are not accepted. Save it without them."))
    found = next((OFFICE_PARTS[part] for part in OFFICE_PARTS if part in names), None)
    return (content, *found) if found else None


def _check_bomb(parts: list[zipfile.ZipInfo], packed: int) -> None:
    """By what the directory declares; nothing is unpacked here, and nobody downstream trusts it either."""
    unpacked = sum(part.file_size for part in parts)
    overlapping = sum(part.compress_size for part in parts) > packed
    if unpacked > MAX_UNPACKED or len(parts) > MAX_PARTS or unpacked > MAX_RATIO * packed or overlapping:
        raise not_allowed("attachment_bomb", _("The file unpacks to far more than it should and is not accepted."))


def _drawing(content: bytes) -> Content | None:
    for signature, content_type, ending in DRAWINGS:
        if signature.match(content[:64]):
            return content, content_type, ending
    return None


def _text(content: bytes) -> Content | None:
    """Plain text has no signs a terminal or a browser would act upon."""
    if content.startswith((b"MZ", b"\x7fELF", b"#!")):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(sign < " " and sign not in "\t\r\n\f" for sign in text) or "\x7f" in text:
            return None
        return (
            content,
            "text/plain; charset=utf-8" if encoding == "utf-8-sig" else "text/plain; charset=gb18030",
            "txt",
        )
    return None
