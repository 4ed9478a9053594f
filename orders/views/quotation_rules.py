"""The rules of quotations in the browser; what others would have done is looked at first (R14.13)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.choices import Role
from core.views import once
from core.views.acts import FormPage
from orders.models import Quotation, QuotationRules
from orders.services.quotation_rules import LEAST, MOST, change_quotation_rules, current_quotation_rules

LOOKED_BACK = timedelta(days=180)


class RulesForm(forms.Form):
    valid_days = forms.IntegerField(
        label=_("Quotations are valid for (days)"), min_value=LEAST, max_value=MOST,
        help_text=QuotationRules._meta.get_field("valid_days").help_text,
    )  # fmt: skip
    note = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)  # the days whose effect was looked at


class QuotationRulesEdit(FormPage):
    access = frozenset({Role.ADMIN})
    template_name = "orders/quotation_rules.html"
    form_class = RulesForm
    service = change_quotation_rules
    title = _("Quotation rules")
    lead = _("How long a quotation is valid unless the seller says otherwise.")
    crumbs = ((_("Settings"), "workflow:settings"),)
    cancel = "workflow:settings"
    submit_label = _("Show the effect")
    success_message = _("The new rules are in force.")
    effect: list[str] | None = None

    def get_initial(self) -> dict[str, Any]:
        rules = current_quotation_rules()
        return {"valid_days": rules.valid_days, "version": rules.version}

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        """Whoever changed the value after looking looks again."""
        days = form.cleaned_data["valid_days"]
        if form.cleaned_data["seen"] == days:
            return super().attempt(form, submission)
        self.effect, self.submit_label = effect_of(days), _("Put in force")
        form.data = {**form.data.dict(), "seen": days}
        return self.show(form)

    def get_consequences(self) -> list[str]:
        return self.effect or []

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {name: value for name, value in form.cleaned_data.items() if name != "seen"}

    def get_success_url(self, result: Any) -> str:
        return reverse("orders:quotation-rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = QuotationRules.objects.select_related("created_by")[:20]
        return super().get_context_data(history=history, **kwargs)


def effect_of(days: int) -> list[str]:
    """What the accepted quotations of the last months say of so many days; those there are keep theirs."""
    since = timezone.now() - LOOKED_BACK
    taken = Quotation.objects.filter(status="accepted", closed_at__gte=since).values_list("created_at", "closed_at")
    waits = [(closed - written).days for written, closed in taken if closed]
    late = sum(1 for wait in waits if wait > days)
    if not waits:
        return [str(_("No quotation was accepted in the last 180 days to compare with."))]
    text = ngettext(
        "Of %(all)s quotation accepted in the last 180 days, %(late)s was accepted later than %(days)s days after it "
        "was written.",
        "Of %(all)s quotations accepted in the last 180 days, %(late)s were accepted later than %(days)s days after "
        "they were written.",
        len(waits),
    )
    return [text % {"all": len(waits), "late": late, "days": days}, str(_("Quotations there are keep their day."))]
