"""Acts on stock: what came in, what was counted, what was moved."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from accounts.views.person import person_of
from catalog.forms import CountForm, ReceiveStockForm, TransferForm
from catalog.models import Product, StockLot
from catalog.services import correct_stock, receive_stock, transfer_stock
from catalog.views.products import LIST
from core.formats import quantity
from core.views.acts import ActView


class ReceiveStock(ActView):
    access = ACTS["catalog.receive_stock"].roles
    model = Product
    service = receive_stock
    form_class = ReceiveStockForm
    grid = True
    title = _("Receive %(subject)s into stock")
    submit_label = _("Receive stock")
    success_message = _("Received: %(subject)s.")
    crumbs = (LIST,)

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or reverse("catalog:product-detail", args=[self.subject.pk])


class LotAct(ActView):
    model = StockLot
    subject_name = "lot"
    related = ("product", "warehouse")
    crumbs = (LIST,)

    def get_queryset(self) -> QuerySet[StockLot]:
        products = Product.objects.visible_to(person_of(self.request))
        return StockLot.objects.filter(product__in=products).select_related(*self.related)

    def get_consequences(self) -> list[str]:
        lot = self.subject
        words = {
            "on_hand": quantity(lot.on_hand, lot.product.unit),
            "reserved": quantity(lot.reserved, lot.product.unit),
        }
        said = [gettext("On hand by the books: %(on_hand)s, of these promised to orders: %(reserved)s.") % words]
        if lot.is_blocked:
            said.append(gettext("Blocked, promised to nobody: %(reason)s") % {"reason": lot.blocked_reason})
        return said

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or reverse("catalog:product-detail", args=[self.subject.product_id])

    def came_from(self) -> str:
        back = super().came_from()
        return back if back not in ("", "/") else reverse("catalog:product-detail", args=[self.subject.product_id])


class CorrectStock(LotAct):
    access = ACTS["catalog.correct_stock"].roles
    service = correct_stock
    form_class = CountForm
    title = _("Correct the count of %(subject)s")
    submit_label = _("Correct count")
    success_message = _("Corrected: %(subject)s.")

    def get_initial(self) -> dict[str, Any]:
        return {"counted": quantity(self.subject.on_hand)}

    def get_consequences(self) -> list[str]:
        if not self.subject.reserved:
            return super().get_consequences()
        told = gettext("Counted below what is promised, other batches stand in; what is missing is put to inside sales "
                       "and production at once.")  # fmt: skip
        return [*super().get_consequences(), told]


class TransferStock(LotAct):
    access = ACTS["catalog.transfer_stock"].roles
    service = transfer_stock
    form_class = TransferForm
    title = _("Move %(subject)s to another warehouse")
    submit_label = _("Move goods")
    success_message = _("Moved: %(subject)s.")

    def get_form(self) -> Any:
        form = super().get_form()
        houses: Any = form.fields["warehouse"]
        houses.queryset = houses.queryset.exclude(pk=self.subject.warehouse_id)
        return form

    def get_initial(self) -> dict[str, Any]:
        return {"quantity": quantity(self.subject.available)}
