"""Who stands in for whom in the demo, and a change of the ladder that is not yet in force."""

from datetime import timedelta

from django.utils import timezone

from accounts.delegations import delegate_approvals
from accounts.models import User
from workflow.services.rules import preview_rules, propose_rules, write_rule

HIGHER = {"fact": "amount", "op": "gt", "value": "80000", "currency": "CNY"}


def make_stand_ins(people: dict[str, User]) -> None:
    """The director travels these days; the sales manager's leave is coming."""
    today = timezone.localdate()
    delegate_approvals(
        giver=people["sales_director"], receiver=people["general_manager"], start_date=today - timedelta(days=1),
        end_date=today + timedelta(days=2), reason="出差", by=people["sales_director"],
    )  # fmt: skip
    delegate_approvals(
        giver=people["sales_manager"], receiver=people["sales_director"], start_date=today + timedelta(days=7),
        end_date=today + timedelta(days=11), reason="年休假", by=people["sales_manager"],
    )  # fmt: skip


def propose_ladder(people: dict[str, User]) -> None:
    """The director's signature from 80,000 on: looked at, and still to be put in force."""
    admin = people["admin"]
    proposal = propose_rules(kind="order", by=admin)
    rule = next(rule for rule in proposal.rules if rule["code"] == "order-large")
    proposal = write_rule(proposal=proposal, code=rule["code"], values={**rule, "conditions": [HIGHER]}, by=admin)
    preview_rules(proposal=proposal, months=3, by=admin)
