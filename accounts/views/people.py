"""Who works here and in which roles (R13.7)."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.choices import Kind, Role
from accounts.models import User
from accounts.services import set_roles
from core.search import matching
from core.templatetags.ui import role_names
from core.views.acts import ActView
from core.views.columns import Column
from core.views.lists import ListPage, SavedView


class PeopleFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Search"), method="find")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=Role.choices, field_name="role_assignments__role")
    is_active = django_filters.BooleanFilter(label=_("May sign in"))

    class Meta:
        model = User
        fields = ()

    def find(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return matching(queryset, ("username", "display_name", "email"), value)


def roles_of(user: User) -> str:
    return role_names(sorted(assignment.role for assignment in user.role_assignments.all()))


class PeopleList(ListPage):
    access = frozenset({Role.ADMIN})
    model = User
    title = _("People and roles")
    lead = _("Who may sign in, and what their roles let them do.")
    filterset_class = PeopleFilter
    default_sort = "username"
    exports: Sequence[str] = ()
    saved_views = (
        SavedView("all", _("Everybody")),
        SavedView("admins", _("Administrators"), {"role": Role.ADMIN.value}),
        SavedView("gone", _("Cannot sign in"), {"is_active": "false"}),
    )
    columns = (
        Column("username", _("User name"), kind="code", link=True, sort=("username",), phone="title"),
        Column("display_name", pgettext_lazy("person", "Name"), sort=("display_name",)),
        Column("roles", _("Roles"), value=roles_of),
        Column("manager", _("Superior"), template="accounts/_manager_cell.html"),
        Column("email", _("E-mail"), phone="hidden"),
        Column("last_login", _("Last sign-in"), kind="moment", phone="hidden"),
    )

    def get_queryset(self) -> QuerySet[User]:
        return people().select_related("manager").prefetch_related("role_assignments")

    def row_url(self, row: User) -> str:
        return f"{row.pk}/roles/"


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[choice for choice in Role.choices if choice[0] != Role.PARTNER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_roles(self) -> frozenset[str]:
        return frozenset(self.cleaned_data["roles"])


class SetRoles(ActView):
    access = frozenset({Role.ADMIN})
    model = User
    service = set_roles
    form_class = RolesForm
    title = _("Roles of %(subject)s")
    submit_label = _("Save roles")
    success_message = _("The roles of %(subject)s are saved.")
    crumbs = ((_("People and roles"), "accounts:people"),)

    def get_queryset(self) -> QuerySet[User]:
        return people()

    def get_initial(self) -> dict[str, Any]:
        return {"roles": sorted(self.subject.role_codes)}


def people() -> QuerySet[User]:
    return User.objects.filter(kind=Kind.STAFF)
