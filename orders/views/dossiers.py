"""The dossier of an order: ask for it, watch it being packed, fetch it (R14.7)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import SIGNED_IN
from accounts.views.person import person_of
from core.views.pages import DetailPage, SubjectMixin
from orders.models import Dossier
from orders.services.dossiers import ask_dossier, take_dossier
from orders.views.base import OrderAct, staff_of


class DossierForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class AskDossier(OrderAct):
    access = staff_of("orders.ask_dossier")
    service = ask_dossier
    form_class = DossierForm
    title = _("Dossier of order %(subject)s")
    submit_label = _("Pack the dossier")

    def get_initial(self) -> dict[str, Any]:
        return {"language": person_of(self.request).language}

    def get_consequences(self) -> Sequence[str]:
        text = gettext(
            "Papers, files, opinions, decisions and the timeline go into one archive, as far as you may see them."
        )
        return (text,)

    def get_success_url(self, result: Any) -> str:
        return str(result.get_absolute_url())


class OnDossier(SubjectMixin):
    model = Dossier
    related = ("order__customer", "asked_by")

    def get_crumbs(self) -> list[tuple[str, str]]:
        order = self.subject.order
        return [(str(_("Orders")), reverse("orders:order-list")), (str(order), order.get_absolute_url())]


class DossierPage(OnDossier, DetailPage):
    access = SIGNED_IN
    template_name = "orders/dossier_detail.html"

    def get_title(self) -> str:
        return gettext("Dossier of order %(subject)s") % {"subject": self.subject.order}


class DossierProgress(OnDossier, View):
    """Asked for every second while it is being packed."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = self.get_subject()
        if not dossier.is_running:
            return HttpResponseClientRefresh()
        return render(request, "orders/_dossier_progress.html", {"dossier": dossier})


class DossierFile(OnDossier, View):
    """Streamed from the storage, always as a download."""

    access = SIGNED_IN

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        dossier = self.get_subject()
        stored = take_dossier(dossier=dossier, by=person_of(request))
        name = f"{dossier.order.number or dossier.order_id}-dossier.zip"
        response = FileResponse(stored, as_attachment=True, filename=name, content_type="application/zip")
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response
