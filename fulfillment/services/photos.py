"""Pictures taken on a telephone, put to what they show."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from core.attachments import attach_file
from core.choices import AttachmentKind
from core.errors import DomainError

MAX_PHOTOS = 6
MAX_PHOTO_BYTES = 8 * 1024 * 1024
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF")


def attach_photos(subject: Model, photos: Sequence[UploadedFile], *, by: User, now: datetime) -> None:
    """Raises DomainError("photos") for too many, too large ones, and what is no picture."""
    if len(photos) > MAX_PHOTOS:
        raise _refused(_("At most %(most)s photos.") % {"most": MAX_PHOTOS})
    for photo in photos:
        if (photo.size or 0) > MAX_PHOTO_BYTES:
            raise _refused(_("A photo is larger than %(most)s MB.") % {"most": MAX_PHOTO_BYTES // 1024 // 1024})
        start = photo.read(8)
        photo.seek(0)
        if not start.startswith(PICTURES):
            raise _refused(_("Photos are JPEG, PNG or WebP."))
        attach_file(subject, upload=photo, kind=AttachmentKind.PHOTO, by=by, now=now)


def _refused(text: str) -> DomainError:
    return DomainError("photos", text, fields={"photos": [text]})
