"""The mail to the customer that goods arrive (R5.5): in both languages, since nobody asked which one is read."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from core import formats
from core.documents.company import letterhead
from core.models import OutboxMessage
from fulfillment.models import ArrivalNotice, Shipment

LANGUAGES = ("zh-hans", "en")


def deliver(message: OutboxMessage) -> None:
    """Outbox handler. What arrived or changed meanwhile is not told of any more; a second delivery carries the same
    Message-ID, so that mail programs show one."""
    rows = ArrivalNotice.objects.select_related("shipment__order__customer", "shipment__order__salesperson")
    notice = rows.filter(pk=message.payload["notice"]).first()
    if notice is None or not is_current(notice):
        return
    subjects, bodies = [], []
    for language in LANGUAGES:
        with translation.override(language):
            subjects.append(subject_of(notice))
            bodies.append(body_of(notice.shipment))
    host = settings.SITE_URL.split("://")[-1].split("/")[0].split(":")[0]
    seller = notice.shipment.order.salesperson
    EmailMessage(
        " / ".join(subjects), "\n\n".join(bodies), to=[notice.mailed_to],
        reply_to=[seller.email] if seller and seller.email else None,
        headers={"Message-ID": f"<jiedan-{message.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    ).send()  # fmt: skip


def is_current(notice: ArrivalNotice) -> bool:
    shipment = notice.shipment
    arriving = shipment.is_under_way and shipment.arrived_at is None
    return arriving and shipment.expected_arrival == notice.expected_arrival


def subject_of(notice: ArrivalNotice) -> str:
    words = {"number": notice.shipment.number, "date": formats.day(notice.expected_arrival)}
    return _("Delivery %(number)s arrives on %(date)s") % words


def body_of(shipment: Shipment) -> str:
    lines = shipment.lines.select_related("order_line")
    context = {"shipment": shipment, "order": shipment.order, "lines": lines, "company": letterhead()}
    return render_to_string("fulfillment/email/arrival.txt", context).strip()
