"""Reads of the customer archive."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.choices import MANAGERS, Kind, Role
from accounts.models import User
from core.search import matching
from customers.choices import OPEN_INQUIRIES, DisclosureStatus, InquiryStatus


class CustomerQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def active(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """By code, name or tax number; two Chinese characters suffice."""
        return matching(self, "search_text", text) if text else self

    def due_for_verification(self, verified_before: date) -> Self:
        """Archives nobody has checked since that day (R1.4)."""
        return self.active().filter(Q(verified_date__isnull=True) | Q(verified_date__lt=verified_before))

    def with_papers_ending(self, by: date) -> Self:
        """Active customers of whom a paper ends, or has ended, by that day and no other follows it (R1.7)."""
        paper = self.model._meta.get_field("papers").related_model
        ending = paper._default_manager.to_renew(by).filter(customer=OuterRef("pk"))  # type: ignore[union-attr]
        return self.active().filter(Exists(ending))

    def visible_to(self, user: User) -> Self:
        """Staff see that a customer exists (contacts are masked separately); a partner sees its own company."""
        if user.kind == Kind.PARTNER:
            return self.filter(partner__user=user)
        if user.is_system or user.role_codes - {Role.PARTNER}:
            return self
        return self.none()


class PaperQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def filed(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def to_renew(self, by: date) -> Self:
        """Filed papers that end by that day and have no successor of their kind."""
        later = self.model._default_manager.filter(
            Q(expires_date__isnull=True) | Q(expires_date__gt=OuterRef("expires_date")),
            customer=OuterRef("customer"), kind=OuterRef("kind"), withdrawn_at__isnull=True,
        )  # fmt: skip
        return self.filed().filter(~Exists(later), expires_date__lte=by)

    def visible_to(self, user: User) -> Self:
        """Whoever sees the customer sees which papers there are; scans are for the office (core.attachments)."""
        if user.is_system or (user.kind != Kind.PARTNER and user.role_codes):
            return self
        return self.none()


# Who sees every inquiry: who receives them, who leads, who looks after the order that comes of it.
SEE_INQUIRIES = frozenset({Role.SERVICE, Role.INSIDE_SALES, Role.ORDER_CENTER, Role.SUPERVISION, Role.ADMIN, *MANAGERS})


class InquiryQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def open(self) -> Self:
        return self.filter(status__in=OPEN_INQUIRIES)

    def unanswered(self) -> Self:
        return self.filter(status__in=(InquiryStatus.NEW, InquiryStatus.HANDED_OVER))

    def search(self, text: str) -> Self:
        """By number or a piece of the customer's or prospect's name."""
        return matching(self, "search_text", text) if text else self

    def visible_to(self, user: User) -> Self:
        """Those above see all; the rest what they recorded, were handed, or what their own customers ask."""
        if user.is_system:
            return self
        if user.kind == Kind.PARTNER or not user.role_codes:
            return self.none()
        if user.has_role(*SEE_INQUIRIES):
            return self
        customers = user.customers.values("pk")
        return self.filter(Q(salesperson=user) | Q(recorded_by=user) | Q(customer__in=customers))


# Who sees every application: who decides, and who watches.
SEE_DISCLOSURES = frozenset({Role.SUPERVISION, Role.ADMIN, *MANAGERS})


class DisclosureQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def running_on(self, day: date) -> Self:
        return self.filter(status=DisclosureStatus.GRANTED, from_date__lte=day, until_date__gte=day)

    def visible_to(self, user: User) -> Self:
        """The own, those about the own customers; managers and supervision all."""
        if user.is_system or user.has_role(*SEE_DISCLOSURES):
            return self
        if user.kind == Kind.PARTNER:
            return self.none()
        return self.filter(Q(applicant=user) | Q(customer__owner=user))
