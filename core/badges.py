"""One look per status, the same everywhere: tone (colour), icon; the word stands beside them.

Tones: neutral, info, busy, good, warn, late, off. `late` (red) is for what is overdue, nothing else.
A TextChoices member may carry its own `tone` and `icon` and then wins over this table.
"""

from typing import Any, Final

DEFAULT: Final = ("neutral", "point")

LOOKS: Final[dict[str, tuple[str, str]]] = {
    # orders
    "draft": ("neutral", "circle-dashed"),
    "received": ("info", "inbox"),
    "returned": ("warn", "arrow-back-up"),
    "reviewed": ("info", "list-check"),
    "approved": ("good", "circle-check"),
    "in_production": ("busy", "building-factory-2"),
    "shipped": ("busy", "truck-delivery"),
    "accepted": ("good", "signature"),
    "closed": ("off", "archive"),
    "canceled": ("off", "ban"),
    "rejected": ("off", "circle-x"),
    # quotations and contracts
    "submitted": ("info", "list-check"),
    "signed": ("good", "signature"),
    "ended": ("off", "archive"),
    "lost": ("off", "mood-sad"),
    "superseded": ("off", "archive"),
    # work, approvals, holds, waivers
    "open": ("info", "circle"),
    "waiting": ("neutral", "hourglass"),
    "pending": ("neutral", "hourglass"),
    "done": ("good", "check"),
    "paused": ("neutral", "player-pause"),
    "overdue": ("late", "clock"),
    "withdrawn": ("off", "arrow-back-up"),
    "refused": ("warn", "circle-x"),
    "waived": ("warn", "gavel"),
    "skipped": ("off", "minus"),
    "on_hold": ("warn", "hand-stop"),
    "released": ("good", "lock-open"),
    "replaced": ("off", "arrow-back-up"),
    "dropped": ("off", "minus"),
    "used": ("off", "check"),
    "expired": ("off", "calendar-off"),
    # opinions and checks
    "passed": ("good", "check"),
    "favorable": ("good", "thumb-up"),
    "unfavorable": ("warn", "thumb-down"),
    "needs_information": ("warn", "help-circle"),
    "failed": ("warn", "x"),
    "unjudged": ("info", "help-circle"),
    "warning": ("warn", "alert-triangle"),
    # goods and money
    "prepared": ("info", "package"),
    "dispatched": ("busy", "truck-delivery"),
    "delivered": ("good", "package-import"),
    "reservation": ("warn", "alert-triangle"),
    "settled": ("good", "check"),
    "posted": ("good", "check"),
    "discarded": ("off", "ban"),
    "reported": ("info", "receipt"),
    "confirmed": ("good", "circle-check"),
    # customers
    "key": ("info", "star"),
    "new": ("info", "inbox"),
    "requested": ("info", "hourglass"),
    "granted": ("good", "lock-open"),
    "revoked": ("off", "ban"),
    "handed_over": ("busy", "user"),
    "answered": ("good", "message"),
    "converted": ("good", "circle-check"),
    "valid": ("good", "circle-check"),
    "expiring": ("warn", "calendar-off"),
    # jobs and deliveries
    "uploaded": ("neutral", "upload"),
    "mapped": ("neutral", "columns"),
    "checking": ("busy", "progress"),
    "checked": ("info", "list-check"),
    "committing": ("busy", "progress"),
    "stopped": ("warn", "player-pause"),
    "ready": ("info", "circle-check"),
    "mended": ("info", "tool"),
    "partial": ("warn", "alert-triangle"),
    "duplicate": ("off", "copy"),
    "taken": ("good", "check"),
    "queued": ("neutral", "hourglass"),
    "running": ("busy", "progress"),
    "finished": ("good", "check"),
    "succeeded": ("good", "check"),
    "sent": ("good", "send"),
    "active": ("good", "circle-check"),
    "inactive": ("off", "ban"),
}


def look(status: Any) -> tuple[str, str]:
    """Tone and icon of a status value or TextChoices member."""
    tone, icon = LOOKS.get(str(status), DEFAULT)
    return getattr(status, "tone", tone), getattr(status, "icon", icon)
