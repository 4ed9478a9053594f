from django.db import models
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """The answer a request got, so that the same request sent again gets the same."""

    owner_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    response = models.JSONField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="core_idempotency_once")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.key}"
