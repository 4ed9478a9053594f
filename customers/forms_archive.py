"""Forms of the acts on an archive: papers, and the rules an administrator sets."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, WordsField
from customers.choices import PaperKind
from customers.models import ArchiveRules


class PaperForm(forms.Form):
    kind = forms.ChoiceField(label=_("Qualification paper"), choices=PaperKind.choices)
    number = forms.CharField(label=_("Paper number"), max_length=60, required=False)
    issued_date = DateField(label=_("Issued on"), required=False)
    expires_date = DateField(
        label=_("Valid until"), required=False, help_text=_("Empty: valid without end.")
    )  # fmt: skip
    scan = forms.FileField(label=_("Scan"), required=False, help_text=_("PDF or picture; opened by the office only."))


class RulesForm(forms.Form):
    verify_after_months = forms.IntegerField(
        label=_("Archives are verified again after (months)"), min_value=1, max_value=120,
        help_text=ArchiveRules._meta.get_field("verify_after_months").help_text,
    )  # fmt: skip
    paper_notice_days = forms.IntegerField(
        label=_("Papers are renewed ahead by (days)"), min_value=0, max_value=366,
        help_text=ArchiveRules._meta.get_field("paper_notice_days").help_text,
    )  # fmt: skip
    regular_from = forms.IntegerField(
        label=_("Regular customers: orders in twelve months from"), min_value=2, max_value=1000,
        help_text=ArchiveRules._meta.get_field("regular_from").help_text,
    )  # fmt: skip
    frequent_from = forms.IntegerField(
        label=_("Frequent customers: orders in twelve months from"), min_value=3, max_value=10_000
    )
    note = forms.CharField(label=_("Reason for the change"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    # The values whose effect was looked at.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100)


class ApplicationForm(forms.Form):
    purpose = WordsField(label=_("What you need them for"), max_length=500)
    from_date = DateField(label=_("From"))
    until_date = DateField(label=_("Until"), help_text=_("The last day. Reading ends by itself."))


class GrantForm(forms.Form):
    note = WordsField(label=_("Note"), required=False, max_length=500)
