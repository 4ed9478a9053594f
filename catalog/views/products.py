"""Products with their prices and stock (R5.9)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS, may
from accounts.views.person import person_of
from catalog.filters import ProductFilter
from catalog.forms import ProductForm
from catalog.models import Product, StockMovement, StockReservation
from catalog.references import ANOTHER, hidden_from, marked
from catalog.services import save_product
from catalog.services.products import READ_COST
from catalog.tables import COLUMNS, VIEWS
from core.timeline import timeline
from core.views.acts import FormPage
from core.views.lists import ListPage
from core.views.pages import DetailPage, SubjectMixin

LIST = (_("Products"), "catalog:product-list")
MOVEMENTS = 30


class ProductList(ListPage):
    access = SIGNED_IN
    model = Product
    title = _("Products")
    filterset_class = ProductFilter
    columns = COLUMNS
    default_sort = "code"
    saved_views = VIEWS
    empty = (_("No products yet"), _("The first one appears here as soon as it is entered or imported."))
    empty_icon = "package"

    def get_queryset(self) -> QuerySet[Product]:
        return super().get_queryset().with_stock()  # type: ignore[attr-defined]

    @property
    def new(self) -> tuple[Any, str] | None:  # type: ignore[override]
        allowed = may(person_of(self.request), "catalog.save_product")
        return (_("New product"), "catalog:product-new") if allowed else None


class ProductPage(DetailPage):
    access = SIGNED_IN
    model = Product
    related = ("family",)
    template_name = "catalog/product_detail.html"
    crumbs = (LIST,)

    def get_queryset(self) -> QuerySet[Product]:
        return super().get_queryset().with_stock()  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = person_of(self.request)
        lots = list(marked(self.subject.lots.select_related("warehouse"), user, of_another="batch").order_by("pk"))
        keys = [lot.pk for lot in lots]
        movements = StockMovement.objects.filter(lot__in=keys).select_related("lot", "by").order_by("-id")
        reserved = StockReservation.objects.filter(lot__in=keys).select_related("lot").order_by("pk")
        both = {"of_another": "reference", "batch_of_another": "lot__batch"}
        return super().get_context_data(
            lots=[lot for lot in lots if lot.on_hand] or lots[:3],
            movements=marked(movements, user, **both)[:MOVEMENTS],
            reservations=marked(reserved, user, **both)[:MOVEMENTS],
            another=ANOTHER,
            may_read_cost=user.has_role(*READ_COST),
            may_edit=may(user, "catalog.save_product"),
            may_receive=may(user, "catalog.receive_stock"),
            may_correct=may(user, "catalog.correct_stock"),
            may_inspect=may(user, "fulfillment.record_inspection"),
            timeline=timeline(self.subject, length=15, besides="" if hidden_from(user) is None else "stock."),
            **kwargs,
        )


class ProductFormPage(FormPage):
    access = ACTS["catalog.save_product"].roles
    form_class = ProductForm
    service = save_product
    grid = True
    submit_label = _("Save product")
    success_message = _("%(subject)s is saved.")
    cancel = "catalog:product-list"
    crumbs = (LIST,)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.subject or Product()}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"product": self.subject or Product(), "values": form.cleaned_data}


class NewProduct(ProductFormPage):
    title = _("New product")


class EditProduct(SubjectMixin, ProductFormPage):
    model = Product
    title = _("Edit %(subject)s")
