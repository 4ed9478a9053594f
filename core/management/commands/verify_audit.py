from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.audit_proof import verify_audit


class Command(BaseCommand):
    help = "Prove the audit trail whole, or name the first entry that was changed, removed or slipped in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            default="",
            metavar="NUMBER:HASH",
            help="A seal as an earlier run printed it, kept outside the database: proves that nothing was cut off.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = options["anchor"]
        if anchor and not anchor.partition(":")[0].isdigit():
            raise CommandError("--anchor takes NUMBER:HASH")
        proof = verify_audit(anchor=anchor)
        if proof.fault:
            raise CommandError(_("The audit trail is broken: %(fault)s.") % {"fault": proof.fault})
        self.stdout.write(
            _("The audit trail is whole: %(entries)d entries under %(seals)d seals, %(unsealed)d not sealed yet.")
            % {"entries": proof.entries, "seals": proof.seals, "unsealed": proof.unsealed}
        )
        self.stdout.write(f"{_('Last seal')}: {proof.head or '–'}")
