"""Clocks of this room's work that differ by what it is about."""

from fulfillment.choices import Severity
from workflow.work_parts import Part

# R6.4: working days, until an administrator sets others.
PROBLEM_DAYS = {Severity.GENERAL: 2, Severity.MAJOR: 3}
PROBLEM_PARTS = {severity.value: Part(severity.label, PROBLEM_DAYS[severity]) for severity in Severity}
