from django import forms
from django.utils.translation import gettext_lazy as _

from aftersales.choices import Satisfaction
from core.forms import DateTimeField, WordsField


class VisitForm(forms.Form):
    """客戶滿意度回訪表 (R7.1)"""

    satisfaction = forms.TypedChoiceField(
        label=_("Satisfaction"), choices=Satisfaction.choices, coerce=int, widget=forms.RadioSelect
    )
    use = WordsField(label=_("How the goods are used"), help_text=_("Installed, in use, since when, what for."))
    needs = WordsField(label=_("Further needs"), required=False)
    remarks = WordsField(label=_("Remarks"), required=False)
    at = DateTimeField(label=_("Visited at"), required=False, help_text=_("Empty: now."))
