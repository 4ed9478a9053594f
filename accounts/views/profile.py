"""What each person sets for themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import View

from accounts.choices import Language
from accounts.profile import change_profile, choose_language
from accounts.views.person import person_of
from core.access import PUBLIC, SIGNED_IN
from core.views.acts import FormPage


class ProfileForm(forms.Form):
    display_name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=80, help_text=_("As colleagues and papers show it.")
    )
    phone = forms.CharField(label=_("Telephone"), max_length=32, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, help_text=_("Of the pages, and of the e-mail you get.")
    )


class Profile(FormPage):
    access = SIGNED_IN
    title = _("Profile and security")
    template_name = "accounts/profile.html"
    form_class = ProfileForm
    submit_label = _("Save profile")
    success_message = _("Your profile is saved.")

    def get_initial(self) -> dict[str, Any]:
        user = person_of(self.request)
        return {"display_name": user.display_name, "phone": user.phone, "language": user.language}

    def perform(self, form: Any) -> Any:
        return change_profile(**form.cleaned_data, by=person_of(self.request))

    def get_success_url(self, result: Any) -> str:
        return self.request.path

    def go(self, url: str) -> HttpResponse:
        return remember(super().go(url), self.request.POST["language"])


class ChooseLanguage(View):
    """A button with the language's name; kept with the person, or in a cookie for strangers."""

    access = PUBLIC

    def post(self, request: HttpRequest) -> HttpResponse:
        language, back = request.POST.get("language", ""), request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        response = HttpResponseRedirect(back if safe else "/")
        if language not in Language.values or not check_for_language(language):
            return response
        if request.user.is_authenticated:
            choose_language(language=language, by=request.user)
        return remember(response, language)


def remember(response: HttpResponse, language: str) -> HttpResponse:
    """So that the sign-in page greets in the same language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
