"""The rules of carriers in the browser; whom others would propose for replacement is looked at first (R14.13)."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.choices import Role
from core.views.effect import EffectFirst
from fulfillment.carrier_effect import Change, effect_of, penalties_under
from fulfillment.models import CarrierRules
from fulfillment.models.carrier_rules import MOST_PENALTY
from fulfillment.services import change_carrier_rules
from fulfillment.services.carrier_rules import CHANGEABLE, RANGES, check_carrier_rules, current_carrier_rules


def number_field(name: str, label: Any) -> forms.IntegerField:
    least, most = RANGES[name]
    field = cast("models.Field[Any, Any]", CarrierRules._meta.get_field(name))
    return forms.IntegerField(label=label, min_value=least, max_value=most, help_text=field.help_text)


class RulesForm(forms.Form):
    poor_below = number_field("poor_below", _("Poor are carriers rated below"))
    fewest_shipments = number_field("fewest_shipments", _("Rated from so many shipments on"))
    rated_days = number_field("rated_days", _("Shipments of the last (days)"))
    penalty_from = forms.IntegerField(
        label=_("Penalties from (yuan)"), min_value=1, max_value=MOST_PENALTY, required=False,
        help_text=_("For an incident on the way. Both empty: no penalties."),
    )  # fmt: skip
    penalty_to = forms.IntegerField(label=_("Penalties to (yuan)"), min_value=1, max_value=MOST_PENALTY, required=False)
    note = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    # The values whose effect was looked at.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)


class CarrierRulesEdit(EffectFirst):
    access = frozenset({Role.ADMIN})
    template_name = "fulfillment/carrier_rules.html"
    form_class = RulesForm
    service = change_carrier_rules
    title = _("Carrier rules")
    lead = _("How carriers are rated, when one is proposed for replacement, and what an incident may be fined with.")
    crumbs = ((_("Settings"), "workflow:settings"),)
    cancel = "workflow:settings"
    changeable = CHANGEABLE
    success_message = _("The new rules are in force.")
    grid = True
    effect: list[Change] | None = None
    penalties = (0, 0)

    def get_initial(self) -> dict[str, Any]:
        rules = current_carrier_rules()
        return {**{name: getattr(rules, name) for name in CHANGEABLE}, "version": rules.version}

    def look(self, values: dict[str, Any]) -> None:
        check_carrier_rules(values)
        proposed, now = CarrierRules(**values), timezone.now()
        self.effect = effect_of(proposed, current_carrier_rules(), now)
        self.penalties = penalties_under(proposed, now)

    def get_consequences(self) -> Sequence[str]:
        if self.effect is None:
            return ()
        number, refused = self.penalties
        text = ngettext(
            "Of %(number)s penalty set in that time, %(refused)s would not be allowed.",
            "Of %(number)s penalties set in that time, %(refused)s would not be allowed.",
            number,
        )
        return (text % {"number": number, "refused": refused},)

    def get_success_url(self, result: Any) -> str:
        return reverse("fulfillment:carrier-rules")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = CarrierRules.objects.select_related("created_by")[:20]
        return super().get_context_data(history=history, effect=self.effect, **kwargs)
