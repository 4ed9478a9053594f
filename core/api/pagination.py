"""Keyset pages for the API: `?limit=` up to 200, `next` and `previous` as whole addresses, no count."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

from core.keyset import MAX_SIZE, Page, paginate


class KeysetPagination(BasePagination):
    """The view's `ordering` names the columns; the last one must be unique."""

    cursor_parameter, limit_parameter = "cursor", "limit"
    page: Page

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        ordering: Sequence[str] = getattr(view, "ordering", None) or ("-id",)
        self.page = paginate(
            queryset,
            ordering=ordering,
            cursor=request.query_params.get(self.cursor_parameter, ""),
            size=self.limit_of(request),
        )
        return self.page.items

    def limit_of(self, request: Request) -> int:
        text = request.query_params.get(self.limit_parameter, "")
        if not text:
            return int(api_settings.PAGE_SIZE or 50)
        if text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MAX_SIZE:
            return int(text)
        raise ValidationError({self.limit_parameter: [_("A whole number from 1 to 200.")]})

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._address_of(self.page.next_cursor),
                "previous": self._address_of(self.page.previous_cursor),
                "results": data,
            }
        )

    def _address_of(self, cursor: str) -> str | None:
        return replace_query_param(self.address, self.cursor_parameter, cursor) if cursor else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MAX_SIZE}
        return [
            {"name": self.cursor_parameter, "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": self.limit_parameter, "in": "query", "required": False, "schema": limit},
        ]
