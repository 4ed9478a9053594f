"""Reads of contracts in words of the trade."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce

from accounts.choices import Kind
from accounts.models import User
from core.attachments import OFFICE
from core.search import matching
from orders.choices import CALLED_OFF, EDITABLE, ContractStatus
from orders.querysets import SEE_OWN


class ContractQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def visible_to(self, user: User) -> Self:
        """Prices and terms: the offices that read signed contracts; a salesperson the own and the own customers'."""
        if user.is_system:
            return self
        if user.kind == Kind.PARTNER or not user.role_codes & OFFICE:
            return self.none()
        if user.role_codes & OFFICE <= SEE_OWN:
            customers = user.customers.values("pk")
            return self.filter(Q(owner=user) | Q(customer_id__in=customers) | Q(created_by=user))
        return self

    def signed(self) -> Self:
        return self.filter(status=ContractStatus.SIGNED)

    def in_force(self, day: date) -> Self:
        """As `Contract.in_force_on`: signed, begun and not past its end."""
        begun = self.signed().filter(effective_date__lte=day)
        return begun.filter(Q(expiry_date__isnull=True) | Q(expiry_date__gte=day))

    def ending_until(self, day: date) -> Self:
        """Signed, with an end on or before that day."""
        return self.signed().filter(expiry_date__lte=day)

    def search(self, text: str) -> Self:
        """By number, title or customer's name as it was; two characters suffice."""
        return matching(self, "search_text", text) if text else self


class AgreementLineQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def in_force(self, day: date) -> Self:
        """Of signed agreements in force on that day, where the line itself is valid, too."""
        contract: Any = self.model._meta.get_field("contract").related_model
        line = (Q(valid_from=None) | Q(valid_from__lte=day)) & (Q(valid_until=None) | Q(valid_until__gte=day))
        return self.filter(line, contract__in=contract.objects.in_force(day))

    def with_call_offs(self) -> Self:
        """With `called_off`, what received orders took, and `in_drafts`, what is written but not received.

        An order counts from its receipt on; returned to sales it gives back, until it is received again.
        """
        received = Q(call_offs__order__status__in=CALLED_OFF)
        written = Q(call_offs__order__status__in=EDITABLE)
        nothing = Value(Decimal(0), output_field=DecimalField(max_digits=14, decimal_places=3))
        return self.annotate(
            called_off=Coalesce(Sum("call_offs__quantity", filter=received), nothing),
            in_drafts=Coalesce(Sum("call_offs__quantity", filter=written), nothing),
        )
