"""Codes of this room that are shown as words (core.act_words), for the translators."""

from django.utils.translation import gettext_noop, pgettext_lazy

VALUES = (
    pgettext_lazy("value", "email"),
    pgettext_lazy("value", "document"),
    pgettext_lazy("value", "webhook"),
    pgettext_lazy("value", "document mail"),
)

ACTS = (
    gettext_noop("List view shared"),
    gettext_noop("List view removed"),
)
