from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from accounts.choices import Role
from config.demo.people import NAMES, PASSWORD


class Command(BaseCommand):
    help = "Show whom one can sign in as in the try-out."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo accounts exist in the try-out only (config.settings.demo).")
        self.stdout.write(f"   Sign in as any of these; the password is: {PASSWORD}\n")
        for role in Role:
            if role in NAMES:
                self.stdout.write(f"     {role.value:<16} {NAMES[role]}  {role.label}")
        file = settings.DEMO_PARTNER_KEY_FILE
        if file.exists():
            self.stdout.write(f"\n   A partner's API key:  {file.read_text()}")
