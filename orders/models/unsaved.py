"""What somebody typed on the form of an order or a quotation and has not saved yet (R2.1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.choices import EntryKind
from orders.models.order import Order
from orders.models.quotation import Quotation


class UnsavedEntry(models.Model):
    """The raw text of one person's form, right or wrong; nobody else reads it, no act looks at it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=EntryKind.choices, default=EntryKind.ORDER)
    # The form's own token while the thing is new, else the thing's.
    key = models.CharField(max_length=40)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, null=True, related_name="+")
    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.JSONField(_("typed"), help_text=_("Field name: list of values, as a browser posts them."))
    saved_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("unsaved entry")
        verbose_name_plural = _("unsaved entries")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="orders_unsaved_once"),
            models.CheckConstraint(
                condition=models.Q(kind=EntryKind.ORDER, quotation=None)
                | models.Q(kind=EntryKind.QUOTATION, order=None),
                name="orders_unsaved_of_its_kind",
            ),
        ]
        indexes = [models.Index(fields=["saved_at"], name="orders_unsaved_by_age")]

    def __str__(self) -> str:
        return f"{self.user}: {self.key}"

    @property
    def customer(self) -> str:
        return (self.text.get("customer_text") or [""])[0]

    @property
    def line_count(self) -> int:
        rows = {name.split("-")[1] for name, values in self.text.items() if _is_goods(name) and any(values)}
        return len(rows)


def _is_goods(name: str) -> bool:
    return name.startswith("lines-") and name.endswith(("-description", "-quantity"))
