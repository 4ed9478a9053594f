"""Who decides whose approvals during an absence (R3.5): the own ones, and for administrators everybody's."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Kind, Role
from accounts.delegations import delegate_approvals, end_delegation, set_manager
from accounts.models import Delegation, User
from accounts.views.people import people
from accounts.views.person import person_of
from core.access import SIGNED_IN
from core.forms import DateField
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage

LIST = (_("Absence and stand-ins"), "accounts:delegation-list")


def colleagues() -> QuerySet[User]:
    return User.objects.filter(is_active=True, kind=Kind.STAFF).order_by("display_name", "pk")


def state_of(row: Delegation) -> str:
    today = timezone.localdate()
    if row.revoked_at is not None:
        return str(_("Ended early"))
    if row.end_date < today:
        return str(_("Over"))
    return str(_("Stands in now")) if row.start_date <= today else str(_("To come"))


class DelegationList(ListPage):
    access = SIGNED_IN
    model = Delegation
    title = _("Absence and stand-ins")
    lead = _("Who decides approvals for whom. Each signature says in whose place it stands.")
    related = ("giver", "receiver", "created_by")
    default_sort = "-start_date"
    exports: Sequence[str] = ()
    new = (_("Name a stand-in"), "accounts:delegation-new")
    empty = (_("Nobody stands in"), _("Before an absence, name who decides your approvals meanwhile."))
    empty_icon = "user-check"
    columns = (
        Column("giver", _("Absent"), link=True, phone="title"),
        Column("receiver", _("Stand-in")),
        Column("start_date", _("First day"), kind="day", sort=("start_date",)),
        Column("end_date", _("Last day"), kind="day"),
        Column("state", pgettext_lazy("delegation", "State"), value=state_of, phone="corner"),
        Column("reason", _("Reason")),
        Column("created_by", _("Set by"), phone="hidden"),
    )

    def row_url(self, row: Delegation) -> str:
        running = row.revoked_at is None and row.end_date >= timezone.localdate()
        return reverse("accounts:delegation-end", args=[row.pk]) if running else ""


class DelegationForm(forms.Form):
    giver = forms.ModelChoiceField(User.objects.none(), label=_("Absent"))
    receiver = forms.ModelChoiceField(User.objects.none(), label=_("Stand-in"))
    start_date = DateField(label=_("First day"))
    end_date = DateField(label=_("Last day"), help_text=_("Included."))
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["giver"].queryset = fields["receiver"].queryset = colleagues()
        if not reader.has_role(Role.ADMIN):
            del fields["giver"]
            fields["receiver"].queryset = colleagues().exclude(pk=reader.pk)


class NewDelegation(FormPage):
    access = SIGNED_IN
    form_class = DelegationForm
    title = _("Name a stand-in")
    crumbs = (LIST,)
    cancel = "accounts:delegation-list"
    submit_label = _("Name stand-in")
    success_message = _("The stand-in is named.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "reader": person_of(self.request)}

    def get_initial(self) -> dict[str, Any]:
        return {"giver": self.request.user.pk, "start_date": timezone.localdate()}

    def get_consequences(self) -> list[str]:
        return [str(_("The stand-in decides approvals on these days, save those they submitted or wrote on."))]

    def perform(self, form: Any) -> Delegation:
        by = person_of(self.request)
        return delegate_approvals(**{"giver": by, **form.cleaned_data}, by=by)

    def get_success_url(self, result: Any) -> str:
        return reverse("accounts:delegation-list")


class EndDelegation(ActView):
    access = SIGNED_IN
    model = Delegation
    related = ("giver", "receiver")
    service = end_delegation
    title = _("End: %(subject)s")
    submit_label = _("End delegation")
    success_message = _("The delegation is ended.")
    crumbs = (LIST,)

    def get_success_url(self, result: Any) -> str:
        return reverse("accounts:delegation-list")


class ManagerForm(forms.Form):
    manager = forms.ModelChoiceField(User.objects.none(), label=_("Superior"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["manager"]
        field.queryset = colleagues()


class SetManager(ActView):
    access = frozenset({Role.ADMIN})
    model = User
    related = ("manager",)
    service = set_manager
    form_class = ManagerForm
    title = _("Superior of %(subject)s")
    submit_label = _("Save superior")
    success_message = _("The superior of %(subject)s is saved.")
    crumbs = ((_("People and roles"), "accounts:people"),)

    def get_queryset(self) -> QuerySet[User]:
        return people()

    def get_initial(self) -> dict[str, Any]:
        return {"manager": self.subject.manager_id}

    def get_consequences(self) -> list[str]:
        return [str(_("Rules that ask the superior ask this person from the next submission on."))]
