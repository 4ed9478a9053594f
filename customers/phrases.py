"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop, pgettext_lazy

PHRASES = (
    gettext_noop("Inquiry recorded"),
    gettext_noop("Inquiry handed over"),
    gettext_noop("Inquiry answered"),
    gettext_noop("Inquiry closed"),
    gettext_noop("Inquiry converted"),
    gettext_noop("Disclosure requested"),
    gettext_noop("Disclosure granted"),
    gettext_noop("Disclosure refused"),
    gettext_noop("Disclosure revoked"),
    gettext_noop("Paper filed"),
    gettext_noop("Paper withdrawn"),
    gettext_noop("Archive rules changed"),
    gettext_noop("Partner created"),
    gettext_noop("Partner key issued"),
    gettext_noop("Partner key revoked"),
    gettext_noop("Partner endpoint added"),
    gettext_noop("Partner endpoint removed"),
    gettext_noop("Partner endpoint enabled"),
    gettext_noop("Partner delivery replayed"),
)
# What changed, where the thing itself has no such field.
LABELS = (
    gettext_noop("paper"),
    gettext_noop("paper number"),
    gettext_noop("valid until"),
    gettext_noop("became"),
    gettext_noop("grant"),
    gettext_noop("period"),
    gettext_noop("applicant"),
)
# Codes that stand beside the acts.
VALUES = (
    pgettext_lazy("value", "business license"),
    pgettext_lazy("value", "credit record"),
    pgettext_lazy("value", "tax registration"),
    pgettext_lazy("value", "inquiry"),
    pgettext_lazy("value", "quotation"),
    pgettext_lazy("value", "answered"),
    pgettext_lazy("value", "handed on"),
    pgettext_lazy("value", "paper renewal"),
    pgettext_lazy("value", "archive renewal"),
    pgettext_lazy("value", "disclosure"),
)
