from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command


class Command(BaseCommand):
    help = "What the try-out needs before it starts, in one process because starting Python costs most."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", action="store_true", help="fill the fresh database")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data belongs to the try-out only (config.settings.demo).")
        call_command("migrate", verbosity=0, interactive=False)
        if options["seed"]:
            call_command("seed_demo", stdout=self.stderr)
        call_command("demo_accounts", stdout=self.stdout)
