from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workflow.calendar import current_calendar, current_policy
from workflow.choices import WorkKind
from workflow.schedule import due_by_policy
from workflow.work_parts import parts_of


class Command(BaseCommand):
    help = "Say when a clock started at a moment would be due, and the intervals it counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=WorkKind.values)
        parser.add_argument("start", help="as in 2026-02-13T16:00, company time")
        parser.add_argument("--part", default="", help="of work done in parts: the department")

    def handle(self, *, kind: str, start: str, part: str = "", **options: Any) -> None:
        if part not in (parts_of(kind) or ("",)):
            raise CommandError(f"--part is one of: {', '.join(parts_of(kind)) or 'none'}")
        policy = current_policy(kind, part)
        due = due_by_policy(policy, current_calendar(), self._moment(start))
        unit = "days" if policy.basis == "working_days" else "minutes"
        self.stdout.write(f"{kind}{part and f' {part}'} v{policy.version}: {policy.amount} {unit}, {policy.basis}")
        for interval in due.intervals:
            self.stdout.write(f"  {self._local(interval.start)} – {self._local(interval.end)}  {interval.length}")
        guess = "  (provisional: holidays not known that far)" if due.provisional else ""
        self.stdout.write(f"due {self._local(due.at)}{guess}")

    @staticmethod
    def _moment(text: str) -> datetime:
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None:
            raise CommandError(f"not a moment: {text}")
        return moment if timezone.is_aware(moment) else timezone.make_aware(moment)

    @staticmethod
    def _local(moment: datetime) -> str:
        return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")
