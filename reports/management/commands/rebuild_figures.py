from typing import Any

from django.core.management.base import BaseCommand

from reports.services.figures import fold_all, rebuild_figures


class Command(BaseCommand):
    help = "Writes the dashboard's totals anew from the log of transitions; safe while the system runs."

    def handle(self, *args: Any, **options: Any) -> None:
        fold_all()
        number = rebuild_figures()
        self.stdout.write(f"{number} figures rebuilt")
