"""The orders of a list as order table 1: what the person sees there, filtered as there."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core import audit
from core.imports.files import FORMATS
from orders.exports import export_table1
from orders.filters import OrderFilter
from orders.models import Order


class ExportOrders(View):
    access = SIGNED_IN

    def get(self, request: HttpRequest, fmt: str) -> HttpResponseBase:
        if fmt not in FORMATS:
            raise Http404
        reader = person_of(request)
        visible = Order.objects.visible_to(reader)
        audit.record("export.taken", None, by=reader, note=f"orders.{fmt}?{request.GET.urlencode()}"[:500])
        chosen = OrderFilter(request.GET, queryset=visible, request=request).qs
        return export_table1(chosen.order_by("pk"), reader, fmt)
