from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from catalog.models import StockLot
from catalog.stock_proof import faults

MOST = 100


class Command(BaseCommand):
    help = "Prove that every lot's movements and reservations add up to what it says, or name the lots that differ."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = list(islice(faults(), MOST))
        for fault in wrong:
            lot = fault.lot
            self.stderr.write(
                _("%(lot)s, %(warehouse)s: on hand %(on_hand)s, moved %(moved)s;"
                    " reserved %(reserved)s, promised %(promised)s")
                % {"lot": lot, "warehouse": lot.warehouse, "on_hand": lot.on_hand, "moved": fault.moved,
                   "reserved": lot.reserved, "promised": fault.promised}
            )  # fmt: skip
        if wrong:
            raise CommandError(_("The books of stock do not agree: %(number)d lots differ.") % {"number": len(wrong)})
        self.stdout.write(_("The books of stock agree: %(number)d lots.") % {"number": StockLot.objects.count()})
