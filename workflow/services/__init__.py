"""The doors of this room. `from workflow.services.work import open_work` and this package name the same things."""

from workflow.services.approval_changes import add_approver, return_to_step
from workflow.services.approval_steps import current_step, current_steps, lent_by, why_not
from workflow.services.approvals import (
    cases_of,
    decide,
    decide_locked,
    drop_case,
    latest_case,
    open_case,
    preview_steps,
    withdraw_case,
)
from workflow.services.holds import active_holds, hold_reasons, may_release, place_hold, release_hold
from workflow.services.standing_still import pause_clocks, resume_clocks
from workflow.services.waivers import (
    answer_waiver,
    end_waivers,
    grant_waiver,
    lapse_waivers,
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
    "add_approver",
    "answer_waiver",
    "cancel_all_work",
    "cancel_work",
    "cases_of",
    "current_step",
    "current_steps",
    "decide",
    "decide_locked",
    "drop_case",
    "end_waivers",
    "finish_work",
    "grant_waiver",
    "hold_reasons",
    "lapse_waivers",
    "latest_case",
    "lent_by",
    "may_release",
    "open_case",
    "open_items",
    "open_work",
    "pause_clocks",
    "pause_work",
    "place_hold",
    "preview_steps",
    "reassign_work",
    "release_hold",
    "request_waiver",
    "resume_clocks",
    "resume_work",
    "return_to_step",
    "revoke_waiver",
    "use_waiver",
    "valid_waiver",
    "waivers_of",
    "why_not",
    "withdraw_case",
]
