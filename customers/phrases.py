"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop

PHRASES = (
    gettext_noop("Partner created"),
    gettext_noop("Partner key issued"),
    gettext_noop("Partner key revoked"),
    gettext_noop("Partner endpoint added"),
    gettext_noop("Partner endpoint removed"),
    gettext_noop("Partner endpoint enabled"),
    gettext_noop("Partner delivery replayed"),
)
