"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop

PHRASES = (
    gettext_noop("Shipment prepared"),
    gettext_noop("Shipment dispatched"),
    gettext_noop("Shipment canceled"),
    gettext_noop("Shipment accepted"),
    gettext_noop("Shipment link renewed"),
    gettext_noop("Order shipment prepared"),
    gettext_noop("Order shipment dispatched"),
    gettext_noop("Order shipment canceled"),
    gettext_noop("Order shipment accepted"),
    gettext_noop("Order shipment link renewed"),
    gettext_noop("Order problem opened"),
    gettext_noop("Order problem settled"),
    gettext_noop("Problem settled"),
    gettext_noop("Order notice opened"),
    gettext_noop("Order customer told"),
    gettext_noop("Disruption reported"),
    gettext_noop("Disruption ended"),
    gettext_noop("Family capacity set"),
    gettext_noop("Capacity conflict opened"),
    gettext_noop("Capacity conflict decided"),
    gettext_noop("shipment"),
)
