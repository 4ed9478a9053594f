"""One shape for every error of the API.

{"error": {"code", "message", "reasons": [{"code", "text", "field"}], "fields": {name: [text]}}}
"""

import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError

WHOLE = "non_field_errors"


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. None lets an unexpected error become a 500 and reach the log."""
    if isinstance(error, DomainError):
        set_rollback()
        return _refused(error)
    known = _as_api_exception(error)
    if known is None:
        return None
    set_rollback()
    if isinstance(known, exceptions.ValidationError):
        return answer(known.status_code, "invalid", _("Some values are missing or wrong."), fields=flat(known.detail))
    response = answer(known.status_code, _code_of(known), str(_message_of(known)))
    _add_headers(response, known)
    return response


def answer(
    status: int,
    code: str,
    message: Any,
    *,
    reasons: list[Any] | None = None,
    fields: dict[str, Any] | None = None,
) -> Response:
    error = {"code": code, "message": str(message), "reasons": reasons or [], "fields": fields or {}}
    return Response({"error": error}, status=status)


def _refused(error: DomainError) -> Response:
    reasons = [reason.as_json() for reason in error.reasons]
    response = answer(error.status, error.code, error.message, reasons=reasons, fields=error.fields)
    if (seconds := getattr(error, "retry_after", None)) is not None:
        response["Retry-After"] = str(seconds)
    return response


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    return None


def _code_of(error: exceptions.APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _message_of(error: exceptions.APIException) -> Any:
    return error.detail if isinstance(error.detail, str) else error.default_detail


def _add_headers(response: Response, error: exceptions.APIException) -> None:
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(max(1, math.ceil(wait)))


def flat(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested complaints under one dotted name each: `lines.2.quantity`."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            for key, texts in flat(inner, _joined(path, str(name))).items():
                found.setdefault(key, []).extend(texts)
        return found
    if isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        return flat({str(index): item for index, item in enumerate(detail) if item}, path)
    texts = detail if isinstance(detail, list) else [detail]
    return {path or WHOLE: [str(text) for text in texts]}


def _joined(path: str, name: str) -> str:
    if not path:
        return name
    return path if name == WHOLE else f"{path}.{name}"
