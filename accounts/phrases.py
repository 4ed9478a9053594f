"""The acts of this room as the timeline names them (core.act_words), for the translators."""

from django.utils.translation import gettext_noop, pgettext_lazy

PHRASES = (
    gettext_noop("User profile changed"),
    gettext_noop("User superior set"),
    gettext_noop("User approvals delegated"),
    gettext_noop("User delegation ended"),
)
# What changed, where the thing itself has no such field.
LABELS = (
    gettext_noop("reset"),
    gettext_noop("superior"),
    gettext_noop("stand-in"),
    gettext_noop("first day"),
    gettext_noop("last day"),
)
# Codes that stand beside the acts.
VALUES = (
    pgettext_lazy("value", "sales"),
    pgettext_lazy("value", "inside sales"),
    pgettext_lazy("value", "service"),
    pgettext_lazy("value", "order center"),
    pgettext_lazy("value", "engineering"),
    pgettext_lazy("value", "production"),
    pgettext_lazy("value", "quality"),
    pgettext_lazy("value", "warehouse"),
    pgettext_lazy("value", "logistics"),
    pgettext_lazy("value", "purchasing"),
    pgettext_lazy("value", "finance"),
    pgettext_lazy("value", "aftersales"),
    pgettext_lazy("value", "sales manager"),
    pgettext_lazy("value", "sales director"),
    pgettext_lazy("value", "general manager"),
    pgettext_lazy("value", "supervision"),
    pgettext_lazy("value", "admin"),
    pgettext_lazy("value", "partner"),
    pgettext_lazy("value", "month"),
    pgettext_lazy("value", "year"),
    pgettext_lazy("value", "never"),
)
# The sign-in package says these itself, in words that are not ours.
SIGN_IN = (
    gettext_noop("Username or email"),
    gettext_noop("Two-Factor Authentication"),
    gettext_noop("Passkey"),
    gettext_noop("Create Passkey"),
)
