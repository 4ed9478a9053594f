from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ListViewQuerySet(models.QuerySet["ListView"]):
    def visible_to(self, user: object) -> "ListViewQuerySet":
        """Those the person may change: the own ones."""
        return self.filter(owner=user)

    def offered_to(self, user: object, place: str) -> "ListViewQuerySet":
        """The own ones of a list and those others share, each person's in the order they were made."""
        return self.filter(Q(owner=user) | Q(is_shared=True), place=place).order_by("pk")


class ListView(models.Model):
    """What somebody set on a list, kept under a name: filters, sort and columns, as they stand in the address."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    place = models.CharField(_("list"), max_length=80, help_text=_("The name of its address."))
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(max_length=2000, blank=True)
    is_shared = models.BooleanField(_("shared with everybody"), default=False)
    saved_at = models.DateTimeField(_("saved"))

    objects = ListViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "place", "name"], name="core_list_view_once")]
        indexes = [models.Index(fields=["place"], name="core_list_view_by_place")]

    def __str__(self) -> str:
        return self.name
