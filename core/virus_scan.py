"""ClamAV's clamd, when CLAMD_ADDRESS (host:port or a socket's path) is set."""

import socket
import struct

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError

CHUNK = 64 * 1024
SECONDS = 20


def scan(content: bytes) -> None:
    """Raises DomainError when the file is infected, or when the scanner that should look does not answer."""
    if not settings.CLAMD_ADDRESS:
        return
    try:
        answer = _ask(settings.CLAMD_ADDRESS, content)
    except OSError:
        raise _refused("virus_scan_down", _("The virus scanner does not answer. Try again later.")) from None
    if not answer.endswith("OK"):
        raise _refused("virus_found", _("The virus scanner refused this file."))


def _refused(code: str, text: str) -> DomainError:
    return DomainError(code, text, fields={"upload": [text]})


def _ask(address: str, content: bytes) -> str:
    with _connected(address) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        return line.makefile("rb").read(4096).decode(errors="replace").strip("\0\n ")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(SECONDS)
        line.connect(address)
        return line
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)
