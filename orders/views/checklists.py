"""The departments' checklists in the browser."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core.views.acts import FormPage
from core.views.pages import Page, SubjectMixin
from orders import services
from orders.choices import DEPARTMENT_ROLE, Department
from orders.forms.checklists import ChecklistItemForm
from orders.models import ReviewChecklistItem

EDITORS = frozenset({Role.ADMIN, Role.ORDER_CENTER})


class Checklists(Page):
    access = EDITORS | MANAGERS | frozenset(DEPARTMENT_ROLE.values()) | {Role.SUPERVISION}
    template_name = "orders/checklists.html"
    title = _("Checklists of the review")
    lead = _("What each department goes through before it gives its opinion on an order.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = list(ReviewChecklistItem.objects.select_related("family"))
        groups = [(label, [i for i in items if i.department == code]) for code, label in Department.choices]
        may_edit = person_of(self.request).has_role(*EDITORS)
        return super().get_context_data(groups=groups, may_edit=may_edit, **kwargs)


class NewChecklistItem(FormPage):
    access = EDITORS
    form_class = ChecklistItemForm
    service = services.save_checklist_item
    title = _("New checklist item")
    crumbs = ((_("Checklists of the review"), "orders:checklist"),)
    cancel = "orders:checklist"
    submit_label = _("Save item")
    success_message = _("The item is saved.")
    grid = True

    def get_success_url(self, result: Any) -> str:
        return reverse("orders:checklist")


class EditChecklistItem(SubjectMixin, NewChecklistItem):
    model = ReviewChecklistItem
    title = _("Checklist item")
    lead = _("Opinions already given keep the words they answered.")

    def get_queryset(self) -> Any:
        return ReviewChecklistItem.objects.all()

    def get_subject_name(self) -> str:
        return "item"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.subject, name) for name in ChecklistItemForm.base_fields}
