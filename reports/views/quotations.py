"""The general manager's report of quotations (R3.7)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import MANAGERS, Role
from core.forms import DateField
from core.views.pages import Page
from orders.forms.entry import CURRENCIES
from reports.quotations import QuotationFigures

QUARTER = timedelta(days=90)


class PeriodForm(forms.Form):
    first = DateField(label=_("from"))
    last = DateField(label=_("until"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        return data


class QuotationReport(Page):
    access = MANAGERS | {Role.SUPERVISION}
    template_name = "reports/quotations.html"
    title = _("Quotation report")
    lead = _("What became of the quotations decided in a period. The last version of each counts.")
    crumbs = ((_("Quotations"), "orders:quotation-list"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = timezone.localdate()
        start: dict[str, date | str] = {"first": today - QUARTER, "last": today, "currency": "CNY"}
        asked = {name: self.request.GET[name] for name in start if self.request.GET.get(name)}
        form = PeriodForm({**start, **asked})
        figures = QuotationFigures(**form.cleaned_data) if form.is_valid() else None
        return super().get_context_data(form=form, figures=figures, **kwargs)
