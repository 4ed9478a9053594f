"""What is said of vehicles that take several shipments."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DateField
from fulfillment.choices import Mode
from fulfillment.forms.dispatch import carrier_field
from fulfillment.forms.fields import LinesForm
from fulfillment.models import Shipment
from fulfillment.services import Stop
from fulfillment.services.manifests import MOST_PIECES, MOST_STOPS


class LoadForm(forms.Form):
    carrier_ref = carrier_field()
    carrier = forms.CharField(label=_("Another carrier"), required=False, max_length=80)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    waybill = forms.CharField(label=_("Waybill number"), required=False, max_length=60)
    expected_arrival = DateField(label=_("Expected arrival"), required=False)


class ManifestForm(LinesForm):
    line_fields = ("stop", "pieces")

    vehicle = forms.CharField(label=_("Vehicle"), max_length=20, help_text=_("Its number plate."))
    driver = forms.CharField(label=_("Driver"), max_length=60)
    driver_phone = forms.CharField(label=_("Driver's telephone"), max_length=32)

    def fields_of(self, line: Shipment) -> Mapping[str, forms.Field]:
        return {
            "stop": forms.IntegerField(label=_("Stop"), min_value=1, max_value=MOST_STOPS),
            "pieces": forms.IntegerField(label=pgettext_lazy("packages", "Pieces"), min_value=1, max_value=MOST_PIECES),
        }

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        stops = {
            line.pk: Stop(self.of_line(line, "stop") or 0, self.of_line(line, "pieces") or 0) for line in self.lines
        }
        return {name: self.cleaned_data[name] for name in ("vehicle", "driver", "driver_phone")} | {"stops": stops}
