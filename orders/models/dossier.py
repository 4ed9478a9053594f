"""Everything about an order in one file, as one reader may see it (R14.7)."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.choices import DossierStatus
from orders.models.order import Order

SILENCE = timedelta(seconds=90)  # without a sign of life: its worker counts as dead


def stored_path(dossier: "Dossier", name: str) -> str:
    """Not to be guessed from the order."""
    key = uuid.uuid4().hex
    return f"dossiers/{key[:2]}/{key}"


class DossierQuerySet(models.QuerySet["Dossier"]):
    def visible_to(self, user: User) -> "DossierQuerySet":
        """One's own alone: what is in it was chosen by the rights of who asked."""
        return self.filter(asked_by=user, order__in=Order.objects.visible_to(user).order_by())


class Dossier(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="dossiers", verbose_name=_("order"))
    status = models.CharField(_("status"), max_length=8, choices=DossierStatus.choices, default=DossierStatus.RUNNING)
    language = models.CharField(_("language"), max_length=10)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    total = models.PositiveIntegerField(_("pieces"), default=0)
    done = models.PositiveIntegerField(_("pieces done"), default=0)
    file = models.FileField(upload_to=stored_path, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    expires_at = models.DateTimeField(_("kept until"), null=True)
    # What its reader was allowed when it was packed: who lost some of it opens it no longer.
    rights = models.JSONField(default=dict)
    # Who packs it: a worker that holds another claim has lost it and writes nothing more.
    claim = models.CharField(max_length=64, blank=True)
    heartbeat = models.DateTimeField(null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DossierStatus.values), name="orders_dossier_status_known"),
            # A second click finds the first one.
            models.UniqueConstraint(
                fields=["order", "asked_by", "language"],
                condition=Q(status=DossierStatus.RUNNING),
                name="orders_dossier_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=DossierStatus.DONE) | Q(expires_at__isnull=False) & ~Q(file=""),
                name="orders_dossier_done_with_file",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(status=DossierStatus.DONE), name="orders_dossier_expiring"),
            models.Index(fields=["id"], condition=Q(status=DossierStatus.RUNNING), name="orders_dossier_running"),
        ]

    def __str__(self) -> str:
        return f"{self.order}"

    def get_absolute_url(self) -> str:
        return reverse("orders:dossier", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.status == DossierStatus.RUNNING

    def is_open(self, now: datetime | None = None) -> bool:
        """Its file may be fetched."""
        if self.status != DossierStatus.DONE or self.expires_at is None:
            return False
        return self.expires_at > (now or timezone.now())
