from typing import Any

from django.core.management import BaseCommand

from config import env


class Command(BaseCommand):
    help = "Prints docs/configuration.md from the declarations in config/env.py."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(env.as_markdown())
