"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop

PHRASES = (
    gettext_noop("Order visited"),
    gettext_noop("satisfaction"),
)
