"""Keeping what was set on a list, and taking it back."""

from typing import Any

from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from core.access import SIGNED_IN
from core.errors import DomainError
from core.list_views import remove_list_view, save_list_view
from core.models.list_view import ListView
from core.views.acts import ActView, FormPage


class ListViewForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("The same name replaces the former view."))
    is_shared = forms.BooleanField(label=_("Everybody sees it, with what they may see."), required=False)
    place = forms.CharField(widget=forms.HiddenInput, max_length=80)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)


def address_of(place: str) -> str:
    """Of a list that stands by itself; raises DomainError for anything else."""
    try:
        return reverse(place)
    except NoReverseMatch as error:
        raise DomainError("place", _("There is no such list.")) from error


class SaveListView(FormPage):
    access = SIGNED_IN
    service = save_list_view
    form_class = ListViewForm
    title = _("Keep this view of the list")
    lead = _("Filters, sort and columns as they are set now.")
    submit_label = _("Keep view")
    success_message = _("The view “%(subject)s” is kept.")

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("place", "query", "name")}

    def perform(self, form: Any) -> Any:
        address_of(form.cleaned_data["place"])
        return super().perform(form)

    def get_success_url(self, result: Any) -> str:
        return f"{address_of(result.place)}?{with_view(result)}"


class RemoveListView(ActView):
    access = SIGNED_IN
    model = ListView
    subject_name = "list_view"
    service = remove_list_view
    tone = "danger"
    title = _("Remove the view “%(subject)s”")
    submit_label = _("Remove view")
    success_message = _("The view “%(subject)s” is removed.")

    def get_success_url(self, result: Any) -> str:
        return address_of(self.subject.place)


def with_view(view: ListView) -> str:
    return f"{view.query}&view=own{view.pk}".lstrip("&")
