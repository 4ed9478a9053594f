"""The customer signs here, without an account (R6.2): the link is the permission."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from accounts.access import PUBLIC
from accounts.models import system_user
from core.documents.company import letterhead
from core.errors import DomainError
from core.middleware import client_address
from fulfillment.choices import ShipmentStatus
from fulfillment.forms.acceptance import SigningForm
from fulfillment.models import Shipment
from fulfillment.page import papers_of
from fulfillment.services import sign_delivery
from fulfillment.signing import find_shipment, hash_of
from fulfillment.throttle import is_shut, too_often

MISSES = {"limit": 20, "seconds": 600}
TRIES = {"limit": 30, "seconds": 3600}


@method_decorator([never_cache, gzip_page], name="dispatch")
class SignPage(View):
    """What comes, line by line, the signature; afterwards the receipt, as often as it is opened. Packed, since each
    line is four kilobytes of form and the telephone may stand on a building site."""

    access = PUBLIC

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        # The address itself is the key and goes to nobody else; "no-referrer" would make browsers post with
        # "Origin: null", which the form check refuses.
        response["Referrer-Policy"] = "same-origin"
        return response

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        shipment = self.find(request, token)
        if isinstance(shipment, HttpResponse):
            return shipment
        return self.show(request, shipment, SigningForm(lines=lines_of(shipment)))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        shipment = self.find(request, token)
        if isinstance(shipment, HttpResponse):
            return shipment
        if shipment.status == ShipmentStatus.ACCEPTED:
            return self.done(request)  # sent again: the first time stands
        if too_often("signing", hash_of(token), **TRIES):
            return self.close(request, _("Too many tries"), _("Wait a while and try again."), 429)
        form = SigningForm(request.POST, request.FILES, lines=lines_of(shipment))
        if not form.is_valid():
            return self.refuse(request, shipment, form, 422)
        try:
            self.sign(token, form)
        except DomainError as error:
            complain(form, error)
            return self.refuse(request, shipment, form, error.status)
        return self.done(request)

    def sign(self, token: str, form: SigningForm) -> None:
        names = ("signer_name", "signature", "typed", "remarks", "photos")
        data = {name: form.cleaned_data[name] for name in names}
        sign_delivery(token=token, words=form.words(), by=system_user(), **data)

    def find(self, request: HttpRequest, token: str) -> Shipment | HttpResponse:
        """The shipment of the link, or the page that says why there is none."""
        who = client_address(request) or "unknown"
        if is_shut("signing-miss", who, limit=MISSES["limit"]):
            return self.close(request, _("Too many tries"), _("Wait ten minutes and scan the code again."), 429)
        shipment = find_shipment(token)
        if shipment is None:
            too_often("signing-miss", who, **MISSES)
            return self.close(request, _("This link is not valid"), _("Scan the code on the delivery note again."), 404)
        if shipment.status != ShipmentStatus.ACCEPTED and shipment.signing_has_expired():
            return self.close(request, _("This link has expired"), _("Ask the sender for a new one."), 410)
        return shipment

    def close(self, request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
        if wants_json(request):
            return JsonResponse({"errors": [f"{title}. {text}"]}, status=status)
        return render(request, "fulfillment/sign_closed.html", {"title": title, "text": text}, status=status)

    def done(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"done": True}) if wants_json(request) else HttpResponseRedirect(request.path, status=303)

    def refuse(self, request: HttpRequest, shipment: Shipment, form: SigningForm, status: int) -> HttpResponse:
        if wants_json(request):
            fields = {name: list(texts) for name, texts in form.errors.items() if name != "__all__"}
            return JsonResponse({"errors": list(form.non_field_errors()), "fields": fields}, status=status)
        return self.show(request, shipment, form, status=status)

    def show(self, request: HttpRequest, shipment: Shipment, form: SigningForm, *, status: int = 200) -> HttpResponse:
        company = letterhead()
        context: dict[str, Any] = {"shipment": shipment, "order": shipment.order, "company": company}
        if shipment.status == ShipmentStatus.ACCEPTED:
            acceptance = shipment.acceptance
            rows = acceptance.lines.select_related("shipment_line__order_line")
            context |= {"title": _("Thank you"), "acceptance": acceptance, "rows": rows, "paper": slip_of(shipment)}
            return render(request, "fulfillment/sign_receipt.html", context)
        context |= {"title": _("Delivery %(number)s") % {"number": shipment.number}, "form": form}
        return render(request, "fulfillment/sign.html", context, status=status)


def lines_of(shipment: Shipment) -> list[Any]:
    return list(shipment.lines.select_related("order_line"))


def slip_of(shipment: Shipment) -> Any:
    """The acceptance slip; its verification page is open to whoever holds the code."""
    papers = (document for document, _languages in papers_of(shipment))
    return next((document for document in papers if document.kind == "acceptance_slip"), None)


def complain(form: SigningForm, error: DomainError) -> None:
    form.add_error(None, str(error.message))
    for name, texts in error.fields.items():
        form.add_error(name if name in form.fields else None, texts)


def wants_json(request: HttpRequest) -> bool:
    """The page's own script asks so, to keep photos and drawing where they are when something is refused."""
    return request.headers.get("Accept", "").startswith("application/json")
