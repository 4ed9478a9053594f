"""The act by which each kind of approval is decided: its subject's room has a door of its own, with its locks.

A room registers it in `apps.py`; kinds without one are decided by `workflow.services.decide`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import subjects
from core.errors import Conflict
from workflow.choices import WorkKind
from workflow.models import ApprovalCase, WorkItem
from workflow.services.approval_steps import current_step
from workflow.services.approvals import decide

# Called door(subject, approve=…, comment=…, step=…, by=…).
Door = Callable[..., Any]
_DOORS: dict[str, Door] = {}


def register(kind: str, door: Door) -> None:
    _DOORS[kind] = door


def approve_case(*, case: ApprovalCase, by: User, comment: str = "", now: datetime | None = None) -> None:
    """Sign the step of a case that is the person's turn, through the door of its kind: for several at once."""
    step = current_step(case, by)
    if step is None:
        raise Conflict("case_closed", _("This was already decided."))
    word: dict[str, Any] = {"approve": True, "comment": comment, "step": step.position, "by": by}
    if case.kind in _DOORS:
        _DOORS[case.kind](subjects.load(case.subject_type, case.subject_id), **word)
    else:
        decide(case, **word)


def page_of_case(case: ApprovalCase) -> str:
    """Where it is decided: the address of its work."""
    item = WorkItem(kind=WorkKind.APPROVAL, subject_type=case.subject_type, subject_id=case.subject_id)
    return subjects.work_url_of(item)
