"""What every view of the partners' API shares, and the answer to addresses that do not exist."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, cast

import structlog
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import PUBLIC, Access
from accounts.api.permissions import DeclaredAccess
from accounts.choices import Role
from accounts.models import User
from core import idempotency
from core.api.errors import answer
from core.api.pagination import KeysetPagination
from customers.api.throttles import KeyThrottle
from customers.models import Partner, PartnerApiKey

log = structlog.get_logger(__name__)
KEY_SHAPE = re.compile(r"[\x21-\x7e]{1,200}")
PAGING = frozenset({"cursor", "limit"})


class NeedsKey(BasePermission):
    """A browser's session is not enough, whoever's it is: what programs do is done with a key."""

    message = gettext_lazy("This needs an API key.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, PartnerApiKey)


class PartnerView(APIView):
    """Open to partners, on their own rows only; everything else is 404.

    `parameters`: the query parameters per method; any other is refused, so that a misspelt filter does not
    silently answer with everything.
    """

    access: ClassVar[Access] = {Role.PARTNER}
    permission_classes = [DeclaredAccess, NeedsKey]
    throttle_classes = [KeyThrottle]
    parameters: ClassVar[Mapping[str, Collection[str]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.query_params:
            refuse_unknown(request, self.parameters.get(request.method or "", ()))

    def handle_exception(self, exc: Exception) -> Response:
        try:
            return super().handle_exception(exc)
        except Exception as error:
            return self.broken(error)

    def broken(self, error: Exception) -> Response:
        """Our own mistake, in the same shape; it reaches the log (and tests) as any other."""
        got_request_exception.send(sender=type(self), request=self.request)
        log.error("api_failed", path=self.request.path, exc_info=error)
        response = answer(500, "internal_error", _("Something went wrong on our side. Please try again later."))
        response.exception = True
        return response

    @property
    def key(self) -> PartnerApiKey:
        return cast(PartnerApiKey, self.request.auth)

    @property
    def me(self) -> User:
        return cast(User, self.request.user)

    @property
    def partner(self) -> Partner:
        return self.key.partner

    def paged(self, queryset: Any, ordering: tuple[str, ...], show: Callable[[Any], Any]) -> Response:
        """One page; `show` turns a row into plain data."""
        self.ordering = ordering
        pages = KeysetPagination()
        rows = pages.paginate_queryset(queryset, self.request, self)
        return pages.get_paginated_response([show(row) for row in rows])

    def once(self, act: Callable[[], tuple[int, Any]], data: Any = None) -> Response:
        """Carry out `act` -> (status, plain body) in one transaction; under an Idempotency-Key only once."""
        key = self.request.headers.get("Idempotency-Key")
        if key is None:
            with transaction.atomic():
                status, body = act()
            return Response(body, status)
        if not KEY_SHAPE.fullmatch(key):
            raise ValidationError({"Idempotency-Key": [_("1 to 200 printable ASCII characters.")]})
        sent = idempotency.body_hash(self.request.method, self.request.path, data)
        status, body, replayed = idempotency.run(self.me.pk, key, sent, act)
        return Response(body, status, headers={"Idempotent-Replayed": "true"} if replayed else None)


class NoSuchAddress(PartnerView):
    """Inside /api/v1/ even a wrong address gets the one error shape."""

    access = PUBLIC
    throttle_classes = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        raise NotFound(_("There is no such address. Addresses end in a slash."))


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Raises ValidationError naming each parameter that is unknown, given twice, or holds what no value may."""
    wrong: dict[str, list[str]] = {}
    for name, values in request.query_params.lists():
        if name not in known:
            wrong[name] = [_("There is no such parameter.")]
        elif len(values) > 1:
            wrong[name] = [_("Give it once.")]
        elif not values[0]:
            wrong[name] = [_("Give it a value, or leave it out.")]
        elif "\x00" in values[0] or len(values[0]) > 2000:
            wrong[name] = [_("This value cannot be used.")]
    if wrong:
        raise ValidationError(wrong)


def one(queryset: Any, **lookup: Any) -> Any:
    """The row, or 404; what no column could hold is not found either."""
    if any(isinstance(value, str) and ("\x00" in value or len(value) > 200) for value in lookup.values()):
        raise NotFound
    try:
        row = queryset.filter(**lookup).first()
    except (ValueError, OverflowError, DjangoValidationError):
        row = None
    if row is None:
        raise NotFound
    return row
