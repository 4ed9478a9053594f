from workflow.models.approval import ApprovalCase, ApprovalRule, ApprovalStep, CaseShare, RuleSet
from workflow.models.calendar import CalendarDay, CalendarYear, ClockRevision, CompanyHours
from workflow.models.hold import Hold
from workflow.models.notification import Notification
from workflow.models.policy import WorkPolicy
from workflow.models.preview import Preview
from workflow.models.waiver import Waiver
from workflow.models.work_item import WorkItem, WorkPause, WorkReminder

__all__ = [
    "ApprovalCase",
    "ApprovalRule",
    "ApprovalStep",
    "CalendarDay",
    "CalendarYear",
    "CaseShare",
    "ClockRevision",
    "CompanyHours",
    "Hold",
    "Notification",
    "Preview",
    "RuleSet",
    "Waiver",
    "WorkItem",
    "WorkPause",
    "WorkPolicy",
    "WorkReminder",
]
