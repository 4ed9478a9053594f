from typing import Any

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.views import PartnerView


class Empty(PartnerView):
    """The ceiling: who asks is found and let in, as for any other request; then nothing is done."""

    schema = None

    def get(self, request: Request, *args: Any) -> Response:
        return Response({})


urlpatterns = [path("api/bench/empty/", Empty.as_view()), path("", include("config.urls"))]
