"""Rows that point at a subject of any app: an order, a shipment, a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectRow(models.Model):
    subject_type = models.CharField(_("subject type"), max_length=64)
    subject_id = models.BigIntegerField(_("subject"))
    subject_label = models.CharField(_("subject"), max_length=200, blank=True)

    class Meta:
        abstract = True
