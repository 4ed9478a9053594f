"""Count sheets: drawn, filled in, posted (R5.9)."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import SIGNED_IN
from accounts.acts import ACTS, may
from accounts.models import User
from accounts.views.person import person_of
from catalog.filters import CountFilter
from catalog.forms import CountSheetForm, DrawCountForm
from catalog.models import StockCount
from catalog.references import ANOTHER, marked
from catalog.services import discard_count, draw_count, post_count
from catalog.tables import COUNT_COLUMNS
from catalog.views.products import LIST
from core.timeline import timeline
from core.views.acts import ActView, FormPage
from core.views.lists import ListPage
from core.views.pages import DetailPage

COUNTS = (_("Stock counts"), "catalog:count-list")


class CountList(ListPage):
    access = SIGNED_IN
    model = StockCount
    title = COUNTS[0]
    crumbs = (LIST,)
    related = ("warehouse", "family", "drawn_by", "closed_by")
    filterset_class = CountFilter
    columns = COUNT_COLUMNS
    new = (_("Draw a count sheet"), "catalog:count-new")
    empty = (
        _("No count yet"),
        _("A sheet lists what should lie in a warehouse; what was found is entered and posted."),
    )
    empty_icon = "clipboard-list"


class DrawCount(FormPage):
    access = ACTS["catalog.draw_count"].roles
    service = draw_count
    form_class = DrawCountForm
    title = _("Draw a count sheet")
    lead = _("Lists every lot of the warehouse with what the books say.")
    crumbs = (LIST, COUNTS)
    cancel = COUNTS[1]
    submit_label = _("Draw count sheet")
    success_message = _("Sheet %(subject)s is drawn.")


def lines_of(count: StockCount, reader: User) -> list[Any]:
    rows = marked(count.lines.select_related("lot__product"), reader, batch_of_another="lot__batch")
    return list(rows.order_by("lot__product__code", "lot__batch", "pk"))


class CountPage(DetailPage):
    access = SIGNED_IN
    model = StockCount
    subject_name = "count"
    related = ("warehouse", "family", "drawn_by", "closed_by")
    template_name = "catalog/count_detail.html"
    crumbs = (LIST, COUNTS)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            lines=lines_of(self.subject, person_of(self.request)),
            another=ANOTHER,
            may_post=self.subject.is_open and may(person_of(self.request), "catalog.post_count"),
            timeline=timeline(self.subject, length=15),
            **kwargs,
        )


class CountAct(ActView):
    model = StockCount
    subject_name = "count"
    related = ("warehouse", "family")

    def get_crumbs(self) -> list[tuple[str, str]]:
        return [(str(COUNTS[0]), reverse(COUNTS[1])), (str(self.subject), self.subject.get_absolute_url())]

    def get_success_url(self, result: Any) -> str:
        return str(self.subject.get_absolute_url())


class PostCount(CountAct):
    access = ACTS["catalog.post_count"].roles
    service = post_count
    page_template = "catalog/count_post.html"
    fits_dialog = False
    title = _("Enter the count %(subject)s")
    lead = _("What is left empty was not counted and stays as it is. A difference needs its reason.")
    submit_label = _("Post count")
    success_message = _("The count %(subject)s is posted.")

    @cached_property
    def lines(self) -> list[Any]:
        return lines_of(self.subject, person_of(self.request))

    def get_form(self) -> CountSheetForm:
        return CountSheetForm(self.request.POST if self.request.method == "POST" else None, lines=self.lines)

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"count": self.subject, "found": form.found()}


class DiscardCount(CountAct):
    access = ACTS["catalog.discard_count"].roles
    service = discard_count
    title = _("Discard the sheet %(subject)s")
    tone = "danger"
    submit_label = _("Discard sheet")
    success_message = _("Sheet %(subject)s is discarded.")

    def get_consequences(self) -> list[str]:
        return [str(_("Nothing is corrected; a new sheet can be drawn."))]
