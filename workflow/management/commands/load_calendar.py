from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.models import system_user
from core.errors import DomainError
from workflow.calendar import official_years
from workflow.services.calendars import load_year


class Command(BaseCommand):
    help = "Take public holidays and make-up working days from the official calendar; set running clocks again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="*", type=int, help="default: this year and all later ones known")

    def handle(self, *, years: list[int], **options: Any) -> None:
        this_year = timezone.localdate().year
        for year in years or [year for year in official_years() if year >= this_year]:
            try:
                changed = load_year(year, by=system_user())
            except DomainError as error:
                self.stderr.write(str(error.message))
                continue
            self.stdout.write(f"{year}: loaded, {changed} running clocks set again")
