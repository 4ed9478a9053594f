"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop, pgettext_lazy

PHRASES = (
    gettext_noop("Order drafted"),
    gettext_noop("Order edited"),
    gettext_noop("Order received"),
    gettext_noop("Order returned"),
    gettext_noop("Order reviewed"),
    gettext_noop("Order approved"),
    gettext_noop("Order in production"),
    gettext_noop("Order shipped"),
    gettext_noop("Order accepted"),
    gettext_noop("Order closed"),
    gettext_noop("Order canceled"),
    gettext_noop("Order rejected"),
    gettext_noop("Order preliminarily reviewed"),
    gettext_noop("Order clarification opened"),
    gettext_noop("Order customer contacted"),
    gettext_noop("Order clarification resolved"),
    gettext_noop("Order review round opened"),
    gettext_noop("Order opinion given"),
    gettext_noop("Check policy changed"),
    gettext_noop("Checklist item saved"),
    gettext_noop("Order confirmed by partner"),
    gettext_noop("Order objected by partner"),
    gettext_noop("Order promised"),
    gettext_noop("Order promise agreed"),
    gettext_noop("Order promise declined"),
    gettext_noop("Order inspection passed"),
    gettext_noop("Order inspection failed"),
    gettext_noop("Quotation drafted"),
    gettext_noop("Quotation edited"),
    gettext_noop("Quotation submitted"),
    gettext_noop("Quotation approved"),
    gettext_noop("Quotation returned"),
    gettext_noop("Quotation sent"),
    gettext_noop("Quotation sent again"),
    gettext_noop("Quotation accepted"),
    gettext_noop("Quotation lost"),
    gettext_noop("Quotation expired"),
    gettext_noop("Quotation superseded"),
)
# What changed, where the thing itself has no such field.
LABELS = (
    gettext_noop("result"),
    gettext_noop("order center"),
    gettext_noop("finance"),
    gettext_noop("engineering"),
    gettext_noop("production"),
    gettext_noop("warehouse"),
)
# Codes that stand beside the acts.
VALUES = (
    pgettext_lazy("value", "pending"),
    pgettext_lazy("value", "favorable"),
    pgettext_lazy("value", "conditional"),
    pgettext_lazy("value", "unfavorable"),
    pgettext_lazy("value", "passed"),
    pgettext_lazy("value", "needs information"),
    pgettext_lazy("value", "rejected"),
    pgettext_lazy("value", "quotation"),
)
