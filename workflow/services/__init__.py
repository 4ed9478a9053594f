"""The doors of this room. `from workflow.services.work import open_work` and this package name the same things."""

from workflow.services.approvals import (
    cases_of,
    current_step,
    decide,
    open_case,
    open_case_of,
    preview_steps,
    why_not,
    withdraw_case,
)
from workflow.services.holds import active_holds, hold_reasons, may_release, place_hold, release_hold
from workflow.services.waivers import (
    answer_waiver,
    grant_waiver,
    request_waiver,
    revoke_waiver,
    use_waiver,
    valid_waiver,
    waivers_of,
)
from workflow.services.work import (
    cancel_all_work,
    cancel_work,
    finish_work,
    open_items,
    open_work,
    pause_work,
    reassign_work,
    resume_work,
)

__all__ = [
    "active_holds",
    "answer_waiver",
    "cancel_all_work",
    "cancel_work",
    "cases_of",
    "current_step",
    "decide",
    "finish_work",
    "grant_waiver",
    "hold_reasons",
    "may_release",
    "open_case",
    "open_case_of",
    "open_items",
    "open_work",
    "pause_work",
    "place_hold",
    "preview_steps",
    "reassign_work",
    "release_hold",
    "request_waiver",
    "resume_work",
    "revoke_waiver",
    "use_waiver",
    "valid_waiver",
    "waivers_of",
    "why_not",
    "withdraw_case",
]
