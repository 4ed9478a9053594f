from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from accounts.models import User
from config.demo.approvals import make_stand_ins, propose_ladder
from config.demo.archive import make_customers, make_newcomer, make_partner, make_products, make_second_warehouse
from config.demo.carriers import make_carriers, make_transport, rate_and_remind
from config.demo.contracts import make_contracts
from config.demo.dispatch import make_dispatch
from config.demo.execution import make_execution
from config.demo.inquiries import make_inquiries
from config.demo.orders import make_orders
from config.demo.people import make_people
from config.demo.quotations import make_quotations
from customers.services.partners import issue_key
from customers.services.renewals import open_archive_renewals, open_paper_renewals
from orders.services.frequency import count_purchases


class Command(BaseCommand):
    help = "Fill an empty try-out with a speaking company. Refused in every other mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data belongs to the try-out only (config.settings.demo).")
        if User.objects.filter(kind="staff").exists():
            raise CommandError("There are people already; `make demo-reset` starts over.")
        people = make_people()
        products, customers = make_products(people), make_customers(people)
        make_second_warehouse(people)
        make_carriers(people)
        partner = make_partner(people)
        _row, key = issue_key(partner=partner, name="demo", by=people["admin"])
        settings.DEMO_PARTNER_KEY_FILE.write_text(key)
        number = make_orders(people, customers, products, partner, make_newcomer(people))
        quotations = make_quotations(people, customers, products)
        make_contracts(people, customers)
        make_execution(people)
        make_transport(people)
        make_dispatch(people)
        inquiries = make_inquiries(people, customers, products)
        make_stand_ins(people)
        propose_ladder(people)
        rate_and_remind()
        open_paper_renewals()
        open_archive_renewals()
        count_purchases()
        self.stdout.write(
            f"-- {len(people)} people, {len(customers) + 2} customers, {number} orders, {quotations} quotations, "
            f"{inquiries} inquiries"
        )
