"""The developer page of a partner: keys, endpoints, the log of deliveries, and a request to copy (R14.14)."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.acts import ACTS
from core.forms import ConfirmForm
from core.keyset import paginate
from core.views import once
from core.views.acts import ActView
from core.views.pages import DetailPage
from core.views.secrets import ShownOnce
from customers.forms_partner import EndpointForm, KeyForm
from customers.models import Partner, PartnerApiKey, WebhookDelivery, WebhookEndpoint
from customers.services import partners
from customers.views.partners import PARTNERS

KEEPERS = ACTS["customers.issue_key"].roles


def page_of_partner(partner: Partner) -> str:
    return reverse("customers:partner-developer", args=[partner.pk])


class DeveloperPage(DetailPage):
    access = KEEPERS
    model = Partner
    template_name = "customers/developer/page.html"
    crumbs = (PARTNERS,)

    def get_queryset(self) -> QuerySet[Partner]:
        return Partner.objects.select_related("customer__owner", "user")

    def get_title(self) -> str:
        return self.subject.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        log = WebhookDelivery.objects.filter(endpoint__partner=self.subject).select_related("endpoint")
        page = paginate(log, ordering=("-id",), cursor=self.request.GET.get("cursor", ""), size=20)
        return super().get_context_data(
            keys=[(key, state_of(key)) for key in self.subject.api_keys.order_by("revoked", "-created")],
            endpoints=self.subject.webhook_endpoints.order_by("pk"),
            deliveries=page.items,
            next_url=f"?cursor={page.next_cursor}" if page.next_cursor else "",
            previous_url=f"?cursor={page.previous_cursor}" if page.previous_cursor else "",
            base_url=f"{settings.SITE_URL}/api/v1/",
            once=once.new_token(),
            **kwargs,
        )


def state_of(key: PartnerApiKey) -> tuple[Any, str, str]:
    """Word, tone and icon."""
    if key.revoked:
        return _("Revoked"), "off", "ban"
    if key.expiry_date and key.expiry_date < timezone.now():
        return _("Expired"), "off", "calendar-off"
    return _("Active"), "good", "circle-check"


class PartnerAct(ActView):
    """An act on the partner, or on one of its things: `part_of` finds that within the partner."""

    access = KEEPERS
    model = Partner
    form_class: type[forms.Form] = ConfirmForm
    argument = "partner"
    part: Any = None

    def get_queryset(self) -> QuerySet[Partner]:
        return Partner.objects.select_related("customer", "user")

    def get_title(self) -> str:
        return str(self.title)

    def prepare(self) -> None:
        super().prepare()
        self.part = self.part_of(self.subject)

    def part_of(self, partner: Partner) -> Any:
        return partner

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {self.argument: self.part, **form.cleaned_data}

    def came_from(self) -> str:
        return page_of_partner(self.subject)

    def get_success_url(self, result: Any) -> str:
        return page_of_partner(self.subject)


class IssueKey(ShownOnce, PartnerAct):
    service = partners.issue_key
    form_class = KeyForm
    title = _("Issue an API key")
    lead = _("Two keys may be in use at once, so that a partner can change over without a gap.")
    submit_label = _("Issue key")

    def secret_of(self, result: Any) -> dict[str, Any]:
        return {"secret": result[1], "what": _("API key"), "curl": "customers/developer/_curl.html"}


class RevokeKey(PartnerAct):
    service = partners.revoke_key
    argument = "key"
    title = _("Revoke an API key")
    submit_label = _("Revoke key")
    success_message = _("The key opens nothing any more.")
    tone = "danger"

    def part_of(self, partner: Partner) -> PartnerApiKey:
        return get_object_or_404(partner.api_keys.select_related("partner"), prefix=self.kwargs["prefix"])

    def get_consequences(self) -> list[str]:
        text = _("Programs that use the key %(prefix)s… are refused from this moment. It cannot be brought back.")
        return [str(text) % {"prefix": self.part.prefix}]


class AddEndpoint(ShownOnce, PartnerAct):
    service = partners.add_endpoint
    form_class = EndpointForm
    title = _("Add a webhook endpoint")
    lead = _("Changes of status of the partner's orders are posted there.")
    submit_label = _("Add endpoint")

    def secret_of(self, result: Any) -> dict[str, Any]:
        return {"secret": result.secret, "what": _("Signing secret"), "url": result.url}


class EndpointAct(PartnerAct):
    argument = "endpoint"

    def part_of(self, partner: Partner) -> WebhookEndpoint:
        return get_object_or_404(partner.webhook_endpoints.select_related("partner"), pk=self.kwargs["endpoint"])

    def get_lead(self) -> str:
        return str(self.part.url)


class RemoveEndpoint(EndpointAct):
    service = partners.remove_endpoint
    title = _("Remove a webhook endpoint")
    submit_label = _("Remove endpoint")
    success_message = _("Nothing is posted there any more.")
    tone = "danger"

    def get_consequences(self) -> list[str]:
        return [str(_("Its log of deliveries is removed with it."))]


class EnableEndpoint(EndpointAct):
    service = partners.enable_endpoint
    title = _("Switch a webhook endpoint on")
    submit_label = _("Switch on")
    success_message = _("The endpoint gets events again. Send missed ones from the log.")


class PingEndpoint(EndpointAct):
    service = partners.ping_endpoint
    title = _("Test a webhook endpoint")
    submit_label = _("Send test event")
    success_message = _("A test event is on its way; see the log.")


class ReplayDelivery(PartnerAct):
    service = partners.replay_delivery
    argument = "delivery"
    title = _("Send an event again")
    submit_label = _("Send again")
    success_message = _("The event is on its way again, under its old id.")

    def part_of(self, partner: Partner) -> WebhookDelivery:
        own = WebhookDelivery.objects.filter(endpoint__partner=partner).select_related("endpoint__partner")
        return get_object_or_404(own, pk=self.kwargs["delivery"])

    def get_lead(self) -> str:
        return f"{self.part.event} · {self.part.event_id}"
