from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import DateTimeField


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Name of the key"), max_length=50, help_text=_("Where it is used."))
    expires_at = DateTimeField(
        label=_("Valid until"), required=False, input_formats=("%Y-%m-%dT%H:%M",),
        help_text=_("Without end when left out."),
    )  # fmt: skip

    def clean_expires_at(self):  # type: ignore[no-untyped-def]
        moment = self.cleaned_data["expires_at"]
        if moment and moment <= timezone.now():
            raise forms.ValidationError(_("This moment has passed."))
        return moment


class EndpointForm(forms.Form):
    url = forms.CharField(label=_("Address"), max_length=300, help_text=_("Such as https://partner.example/events."))
