"""A form that is sent twice does one thing (ADR 0105).

Services guard against doing a thing twice; this guards against the riddle ("already approved") that the second
click of the same person would meet, and against two new orders from one form. What was done is noted in the same
transaction as the act: neither a crash nor a cache that is away leaves a doubt.
"""

import hashlib
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import idempotency
from core.errors import Conflict
from core.models.idempotency import IdempotencyKey

FIELD = "_once"
WAIT = 4.0
STEP = 0.1
TOKEN = re.compile(r"[0-9a-f]{32}")
DONE = 303


def new_token() -> str:
    return uuid.uuid4().hex


def was_done(request: HttpRequest, path: str) -> bool:
    """Whether the form with this token has been carried out at that address."""
    key = _key(request.POST.get(FIELD, ""), path)
    return bool(key) and IdempotencyKey.objects.filter(owner_id=request.user.pk or 0, key=key).exists()


def _key(token: str, path: str) -> str:
    page = hashlib.sha256(path.encode()).hexdigest()[:32]
    return f"form:{token}:{page}" if TOKEN.fullmatch(token) else ""


class Submission:
    """One sending of one form by one person. Forms without a token are never held to be repeated."""

    def __init__(self, request: HttpRequest) -> None:
        self.owner = getattr(request.user, "pk", None) or 0
        self.key = _key(request.POST.get(FIELD, ""), request.path)

    def carry_out(self, act: Callable[[], str]) -> str:
        """Where `act` leads; sent again, where it led the first time. An act that raises may be sent again.

        A twin that is on its way is waited for. Raises Conflict("in_flight") when that takes too long.
        """
        if not self.key:
            return act()
        until = time.monotonic() + WAIT
        while True:
            try:
                _status, url, _again = idempotency.run(self.owner, self.key, "", lambda: (DONE, act()))
                return str(url)
            except idempotency.InFlight:
                if time.monotonic() > until:
                    text = _("This is still being worked on. Look again in a moment.")
                    raise Conflict("in_flight", text) from None
                time.sleep(STEP)

    def claim(self) -> bool:
        """For what is no single transaction (many rows, each its own): False when the form was sent before."""
        if not self.key:
            return True
        values = {"body_hash": "", "status": DONE, "response": "", "created_at": timezone.now()}
        return IdempotencyKey.objects.get_or_create(owner_id=self.owner, key=self.key, defaults=values)[1]
