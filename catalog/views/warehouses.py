"""The warehouses goods may lie in (R5.9)."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.acts import ACTS
from catalog.forms import WarehouseForm
from catalog.models import Warehouse
from catalog.services import save_warehouse
from catalog.tables import WAREHOUSE_COLUMNS
from catalog.views.products import LIST
from core.views.acts import FormPage
from core.views.lists import ListPage
from core.views.pages import SubjectMixin

HOUSES = (pgettext_lazy("places", "Warehouses"), "catalog:warehouse-list")


class WarehouseList(ListPage):
    access = SIGNED_IN
    model = Warehouse
    title = HOUSES[0]
    crumbs = (LIST,)
    columns = WAREHOUSE_COLUMNS
    default_sort = "code"
    exports = ()
    new = (_("New warehouse"), "catalog:warehouse-new")
    empty = (_("No warehouse yet"), _("The main one is made when the first goods arrive."))
    empty_icon = "building-warehouse"

    def get_queryset(self) -> QuerySet[Warehouse]:
        return super().get_queryset().annotate(lots_with_goods=Count("lots", filter=Q(lots__on_hand__gt=0)))

    def row_url(self, row: Warehouse) -> str:
        roles = ACTS["catalog.save_warehouse"].roles
        may_edit = self.request.user.has_role(*roles)  # type: ignore[union-attr]
        return reverse("catalog:warehouse-edit", args=[row.pk]) if may_edit else ""


class NewWarehouse(FormPage):
    access = ACTS["catalog.save_warehouse"].roles
    form_class = WarehouseForm
    service = save_warehouse
    title = _("New warehouse")
    crumbs = (LIST, HOUSES)
    cancel = HOUSES[1]
    submit_label = _("Save warehouse")
    success_message = _("%(subject)s is saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.subject or Warehouse()}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"warehouse": self.subject or Warehouse(), "values": form.cleaned_data}

    def get_success_url(self, result: Any) -> str:
        return reverse("catalog:warehouse-list")


class EditWarehouse(SubjectMixin, NewWarehouse):
    model = Warehouse
    title = _("Edit %(subject)s")
