"""Where a webhook may go, and posting there: the address is given by a partner, so it is not to be trusted.

The name is resolved here, every address it resolves to is checked, and the connection is made to the checked
address itself: a name that answers differently the second time gains nothing. Redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError

# For the whole exchange, not for each read: a server that drips bytes is cut off as well.
TIMEOUT = 10.0
LONGEST_URL = 300
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NotDelivered(Exception):
    """No answer was had; the text says why."""


@dataclass(frozen=True)
class Place:
    """A checked address to connect to, and the name it was asked under."""

    family: int
    sockaddr: tuple[object, ...]
    host: str


def check_address(url: str) -> SplitResult:
    """Raises DomainError("url") for what is not a plain https address (http where a try-out allows it)."""
    schemes = {"https", "http"} if settings.WEBHOOK_ALLOW_PRIVATE else {"https"}
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise _bad_url(_("This is not an address.")) from None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise _bad_url(_("At most 300 plain characters."))
    if parts.scheme not in schemes:
        raise _bad_url(_("It must start with https://."))
    if not parts.hostname or not port_fits or parts.username is not None or parts.password is not None:
        raise _bad_url(_("It needs a host, and may hold no user name or password."))
    if parts.fragment:
        raise _bad_url(_("It may not hold a #."))
    if not settings.WEBHOOK_ALLOW_PRIVATE:
        _refuse_literal(parts.hostname)
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """The status code of the answer. Raises NotDelivered."""
    try:
        parts = check_address(url)
    except DomainError as error:
        raise NotDelivered(str(error.message)) from None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    place = resolve(parts.hostname or "", port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Connection(place, port, secure=parts.scheme == "https")
    try:
        with _cut_off(connection):
            connection.request("POST", path, body=body, headers=dict(headers))
            return connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = connection.was_cut or isinstance(error, TimeoutError)
        raise NotDelivered("no answer in time" if late else f"{type(error).__name__}: {error}") from None
    finally:
        connection.close()


def resolve(host: str, port: int) -> Place:
    """Raises NotDelivered when the name is unknown, or when any of its addresses is not a public one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotDelivered("the host name is unknown") from None
    for *_rest, sockaddr in found:
        if not settings.WEBHOOK_ALLOW_PRIVATE and not is_public(ipaddress.ip_address(str(sockaddr[0]).split("%")[0])):
            raise NotDelivered("the host is in a private network")
    family, _type, _proto, _name, sockaddr = found[0]
    return Place(family, sockaddr, host)


def is_public(address: Address) -> bool:
    """Reachable on the internet, and not a wrapping of an address that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour or address.teredo or address in NAT64:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _refuse_literal(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not is_public(address):
        raise _bad_url(_("The host is in a private network."))


def _bad_url(text: str) -> DomainError:
    return DomainError("url", _("We cannot post to this address."), fields={"url": [text]})


class _Connection(http.client.HTTPConnection):
    """Connects to the checked address; the name serves for the Host header and the certificate."""

    was_cut = False

    def __init__(self, place: Place, port: int, *, secure: bool) -> None:
        super().__init__(place.host, port, timeout=TIMEOUT)
        self.place, self.secure = place, secure
        self.default_port = 443 if secure else 80  # type: ignore[misc]

    def connect(self) -> None:
        raw = socket.socket(self.place.family, socket.SOCK_STREAM)
        raw.settimeout(TIMEOUT)
        self.sock = raw
        raw.connect(self.place.sockaddr)
        if self.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(raw, server_hostname=self.place.host)

    def cut(self) -> None:
        self.was_cut = True
        if self.sock is not None:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                pass  # not connected yet: its own timeout ends it, or it has just ended


@contextmanager
def _cut_off(connection: _Connection) -> Iterator[None]:
    timer = threading.Timer(TIMEOUT, connection.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
