"""How the API describes itself: the shapes, the errors and what all operations share.

The serializers here and in the rooms above only describe; reading and writing is done by plain functions
(customers/api/reading.py). Schemathesis holds the two together.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

DECIMAL = r"^\d{1,12}(\.\d{1,4})?$"


class ErrorReason(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    field = serializers.CharField(allow_blank=True)


class ErrorBody(serializers.Serializer[Any]):
    code = serializers.CharField(help_text=_("For programs; it does not change."))
    message = serializers.CharField(help_text=_("For people, in the language of Accept-Language."))
    reasons = ErrorReason(many=True, help_text=_("What stands in the way."))
    fields = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text=_("Complaints by member, nested ones with dots: `lines.0.quantity`."),
    )


class Error(serializers.Serializer[Any]):
    """The one shape of every refusal."""

    error = ErrorBody()


def example(code: str, message: str, fields: dict[str, list[str]] | None = None) -> OpenApiExample:
    error = {"code": code, "message": message, "reasons": [], "fields": fields or {}}
    return OpenApiExample(code, {"error": error}, response_only=True)


ERRORS: dict[int | str, OpenApiResponse] = {
    400: OpenApiResponse(
        Error, _("The request cannot be read, or values are missing or wrong."),
        [example("invalid", "Some values are missing or wrong.", {"lines.0.quantity": ["Required."]})],
    ),
    401: OpenApiResponse(
        Error, _("No key, or one that is unknown, expired or revoked."),
        [example("authentication_failed", "This API key is not valid: unknown, expired or revoked.")],
    ),
    403: OpenApiResponse(Error, _("You may not do this."), [example("permission_denied", "Not allowed.")]),
    404: OpenApiResponse(
        Error, _("Not there, or not yours: the answer does not tell which."), [example("not_found", "Not found.")]
    ),
    409: OpenApiResponse(
        Error, _("The thing is no longer in the state this needs, stands already, or the first request is in flight."),
        [example("status", "The order is “Approved” by now; this step no longer fits.")],
    ),
    413: OpenApiResponse(Error, _("The body is too large.")),
    415: OpenApiResponse(Error, _("The body must be application/json.")),
    422: OpenApiResponse(
        Error, _("A business rule refuses it; nothing was changed."),
        [example("idempotency_key_reused", "This idempotency key was used with another request.")],
    ),
    429: OpenApiResponse(
        Error, _("Too many requests; wait for the seconds in Retry-After."),
        [example("throttled", "Request was throttled.")],
    ),
    "default": OpenApiResponse(Error, _("Anything else, in the same shape.")),
}  # fmt: skip
READING, WRITING = (400, 401, 403, 429), (400, 401, 403, 409, 413, 415, 422, 429)

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER,
    description=_(
        "Recommended: a value of your own, new for every act (a UUID). Sent again with the same body it gives the "
        "first answer again (`Idempotent-Replayed: true`); with another body 422; while the first is still at "
        "work 409 with Retry-After. Refused requests are not remembered."
    ),
)  # fmt: skip


def documented(
    summary: Any, response: Any = None, *, status: int = 200, request: Any = None, operation: str,
    parameters: Sequence[Any] = (), found: bool = False, description: Any = "", examples: Sequence[Any] = (),
    tag: str,
) -> Callable[[Any], Any]:  # fmt: skip
    """One operation: its success, the errors it can give, the idempotency header where it writes."""
    writes = not operation.endswith(("_list", "_read"))
    codes = [*(WRITING if writes else READING), *([404] if found else []), "default"]
    success = OpenApiResponse(response, _("Done.") if writes else _("Found."))
    return extend_schema(
        operation_id=operation, summary=summary, description=description or summary, tags=[tag],
        request=request, examples=list(examples),
        parameters=[*parameters, *([IDEMPOTENCY] if writes else [])],
        responses={status: success, **{code: ERRORS[code] for code in codes}},
    )  # fmt: skip


def query(name: str, description: Any, kind: Any = str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.QUERY, description=description, **more)


def page_of(serializer: Any, name: str) -> Any:
    """A keyset page of something: no count, addresses of the neighbours."""
    from_fields = {
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": serializer(many=True),
    }
    return type(name, (serializers.Serializer,), from_fields)


PAGING = (
    query("limit", _("Rows on a page, 1 to 200."), OpenApiTypes.INT),
    query("cursor", _("From `next` or `previous` of a page; nothing to make up yourself.")),
)


def close_requests(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Members that are not described are refused, and the schema says so (a hook of drf-spectacular)."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    return result
