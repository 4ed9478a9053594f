"""The order and its state machine (R13.1).

The transitions here are thin: they change the status and stamp the time. Guards stand in orders/guards, permission,
locking and trace in orders/services; nothing else calls these methods.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMFieldMixin, transition

from core.search import BigramIndex, searchable
from customers.models import Contact, Customer, Inquiry, Partner
from orders.choices import CANCELABLE, EDITABLE, OPEN, OrderStatus, Source
from orders.querysets import OrderQuerySet

S = OrderStatus


class Order(ConcurrentTransitionMixin, models.Model):
    number = models.CharField(_("order number"), max_length=30, null=True, unique=True, editable=False)
    status = FSMField(
        _("status"),
        max_length=20,
        default=S.DRAFT,
        choices=OrderStatus.choices,
        protected=True,
        db_index=False,
    )
    version = models.PositiveIntegerField(default=0, editable=False)  # raised by every edit, to see conflicts
    round = models.PositiveSmallIntegerField(_("review round"), default=0, editable=False)

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="orders", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    contact_name = models.CharField(_("contact name"), max_length=60, blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=32, blank=True)
    salesperson = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="orders_sold",
        verbose_name=_("salesperson"),
    )  # fmt: skip
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.PHONE)
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("partner"),
    )
    # One order at most comes of an inquiry.
    inquiry = models.OneToOneField(
        Inquiry, on_delete=models.PROTECT, null=True, editable=False, related_name="order", verbose_name=_("inquiry")
    )
    partner_reference = models.CharField(_("partner's reference"), max_length=60, blank=True)
    end_customer = models.CharField(_("end customer"), max_length=200, blank=True)

    quotation = models.OneToOneField(
        "orders.Quotation", on_delete=models.PROTECT, null=True, related_name="order", verbose_name=_("quotation")
    )

    ordered_date = models.DateField(_("order date"), null=True)
    requested_date = models.DateField(_("requested delivery date"), null=True)
    delivery_address = models.CharField(_("delivery address"), max_length=300, blank=True)
    receiver = models.CharField(_("receiver"), max_length=60, blank=True)
    receiver_phone = models.CharField(_("receiver's telephone"), max_length=32, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, default=Decimal(0))
    packaging = models.CharField(_("packaging"), max_length=300, blank=True)
    customization = models.CharField(_("customisation"), max_length=300, blank=True)
    labels = models.CharField(_("labels"), max_length=300, blank=True)
    remarks = models.TextField(_("remarks"), blank=True)

    # Facts that higher rooms report downward; guards read them here.
    first_promise_date = models.DateField(_("first promised date"), null=True)
    promise_date = models.DateField(_("promised date"), null=True)
    promise_settled = models.BooleanField(_("date settled with the customer"), default=False)
    partner_confirmed_at = models.DateTimeField(_("confirmed by the partner"), null=True)
    preliminary_passed_at = models.DateTimeField(_("preliminary review passed"), null=True)
    production_replied_at = models.DateTimeField(_("production replied"), null=True)
    inspection_passed_at = models.DateTimeField(_("final inspection passed"), null=True)

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("submitted by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    received_at = models.DateTimeField(_("received"), null=True)
    returned_at = models.DateTimeField(_("returned"), null=True)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    in_production_at = models.DateTimeField(_("production started"), null=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    canceled_at = models.DateTimeField(_("canceled"), null=True)
    rejected_at = models.DateTimeField(_("rejected"), null=True)

    import_key = models.CharField(max_length=80, null=True, unique=True, editable=False)
    search_text = models.TextField(editable=False, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=OrderStatus.values), name="orders_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=[S.DRAFT, S.CANCELED]) | Q(number__isnull=False),
                name="orders_numbered_once_received",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_amount_not_negative"),
            models.UniqueConstraint(
                fields=["partner", "partner_reference"],
                condition=Q(partner__isnull=False) & ~Q(partner_reference=""),
                name="orders_partner_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="orders_by_status"),
            models.Index(fields=["salesperson", "-id"], name="orders_by_salesperson"),
            models.Index(fields=["customer", "-id"], name="orders_by_customer"),
            models.Index(fields=["requested_date", "id"], name="orders_by_requested_date"),
            models.Index(fields=["amount", "id"], name="orders_by_amount"),
            BigramIndex("search_text", name="orders_bigrams"),
            # The columns of the board and the days of the calendar.
            models.Index(
                "status",
                Coalesce("promise_date", "requested_date"),
                "id",
                condition=Q(status__in=OPEN),
                name="orders_open_by_due",
            ),
        ]

    @property
    def state_fields(self) -> Iterable[FSMFieldMixin]:
        """The one there is; the mixin looks for it among all fields, for every row of every list."""
        return _STATE_FIELDS

    def __str__(self) -> str:
        return self.number or str(_("Draft %(pk)s") % {"pk": self.pk})

    def get_absolute_url(self) -> str:
        return reverse("orders:order-detail", args=[self.pk])

    @property
    def buyer(self) -> Customer:
        """The customer; a draft alone may lack one."""
        assert self.customer is not None
        return self.customer

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    def refresh_search_text(self) -> None:
        self.search_text = searchable(self.number, self.partner_reference, self.end_customer)

    @transition(field=status, source=EDITABLE, target=S.RECEIVED)
    def receive(self, at: datetime) -> None:
        self.received_at = self.received_at or at

    @transition(field=status, source=[S.RECEIVED, S.REVIEWED], target=S.RETURNED)
    def return_to_sales(self, at: datetime) -> None:
        self.returned_at = at

    @transition(field=status, source=S.RECEIVED, target=S.REJECTED)
    def reject(self, at: datetime) -> None:
        self.rejected_at = at

    @transition(field=status, source=S.RECEIVED, target=S.REVIEWED)
    def review(self, at: datetime) -> None:
        self.reviewed_at = at

    @transition(field=status, source=S.REVIEWED, target=S.APPROVED)
    def approve(self, at: datetime) -> None:
        self.approved_at = at

    @transition(field=status, source=S.APPROVED, target=S.IN_PRODUCTION)
    def start_production(self, at: datetime) -> None:
        self.in_production_at = at

    @transition(field=status, source=S.IN_PRODUCTION, target=S.SHIPPED)
    def ship(self, at: datetime) -> None:
        self.shipped_at = at

    @transition(field=status, source=S.SHIPPED, target=S.ACCEPTED)
    def accept(self, at: datetime) -> None:
        self.accepted_at = at

    @transition(field=status, source=S.ACCEPTED, target=S.CLOSED)
    def close(self, at: datetime) -> None:
        self.closed_at = at

    @transition(field=status, source=CANCELABLE, target=S.CANCELED)
    def cancel(self, at: datetime) -> None:
        self.canceled_at = at


_STATE_FIELDS: tuple[FSMFieldMixin, ...] = (Order._meta.get_field("status"),)
