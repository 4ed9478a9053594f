"""How the numbers of orders and papers look, with the next one as a preview (R2.2)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.choices import Role
from accounts.services import change_number_series
from core.choices import Reset
from core.models import NumberSeries
from core.number_pattern import pattern_problem
from core.numbering import DEFAULTS, preview, upcoming
from core.views.acts import FormPage
from core.views.pages import Page

NAMES = {
    "order": _("Orders"),
    "quotation": _("Quotations"),
    "contract": _("Contracts"),
    "shipment": _("Shipments"),
    "demand_plan": _("Product demand plans"),
    "change_notice": _("Product change notices"),
    "outsourcing": _("Outsourcing applications"),
    "dispatch_request": _("Dispatch requests"),
    "load": _("Loads"),
    "document": _("Papers"),
    "receipt": _("Receipts of money"),
    "customer": _("Customers"),
    "inquiry": _("Inquiries"),
    "count": _("Stock counts"),
    "import": _("Imports"),
}


class PatternForm(forms.Form):
    pattern = forms.CharField(
        label=_("Pattern"),
        max_length=64,
        help_text=_("For example {yyyy}{mm}-{seq:03d}; 03 is the least number of digits."),
    )
    reset = forms.ChoiceField(label=_("Starts again"), choices=Reset.choices)


class NumberSeriesList(Page):
    access = frozenset({Role.ADMIN})
    template_name = "accounts/number_list.html"
    title = _("Number series")
    lead = _("Numbers run without a gap; a change holds from the next number on.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = {row.code: (row.pattern, row.reset) for row in NumberSeries.objects.all()}
        rows = [
            {
                "code": code,
                "name": NAMES.get(code, code),
                "pattern": pattern,
                "reset": Reset(reset).label,
                "next": preview(code),
            }
            for code, (pattern, reset) in ({**DEFAULTS, **kept}).items()
        ]
        return super().get_context_data(rows=rows, **kwargs)


class NumberPreview(View):
    """What the pattern being typed would give; a fragment."""

    access = frozenset({Role.ADMIN})

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        if code not in DEFAULTS:
            raise Http404
        pattern, reset = request.GET.get("pattern", "")[:64], request.GET.get("reset", "")
        return render(request, "accounts/_number_preview.html", previewed(code, pattern, reset))


def previewed(code: str, pattern: str, reset: str) -> dict[str, Any]:
    if reset not in Reset.values:
        return {"problem": gettext("Choose when the series starts again.")}
    if problem := pattern_problem(pattern, reset):
        return {"problem": problem}
    numbers, later = upcoming(code, pattern, reset)
    return {"numbers": numbers, "later": later}


class ChangeNumberSeries(FormPage):
    access = frozenset({Role.ADMIN})
    page_template = "accounts/number_edit.html"
    form_class = PatternForm
    service = change_number_series
    submit_label = _("Save pattern")
    success_message = _("The pattern is saved.")
    cancel = "accounts:number-list"
    crumbs = ((_("Number series"), "accounts:number-list"),)

    def prepare(self) -> None:
        if self.kwargs["code"] not in DEFAULTS:
            raise Http404

    def get_title(self) -> str:
        return str(NAMES.get(self.kwargs["code"], self.kwargs["code"]))

    def get_initial(self) -> dict[str, Any]:
        row = NumberSeries.objects.filter(code=self.kwargs["code"]).first()
        pattern, reset = (row.pattern, row.reset) if row else DEFAULTS[self.kwargs["code"]]
        return {"pattern": pattern, "reset": reset}

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {"code": self.kwargs["code"], **form.cleaned_data}

    def get_success_url(self, result: Any) -> str:
        return reverse("accounts:number-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form, code = kwargs["form"], self.kwargs["code"]
        shown = previewed(code, str(form["pattern"].value() or ""), str(form["reset"].value() or ""))
        return super().get_context_data(code=code, **shown, **kwargs)
