"""Approvals as a list, several signed at once, and what an approver can do beside signing (R3.5)."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import SIGNED_IN
from accounts.choices import Kind
from accounts.models import User
from accounts.views.person import person_of
from core.errors import Reason
from core.views.acts import ActView, page_of
from core.views.bulk import BulkAct
from core.views.columns import Column
from core.views.lists import ListPage, SavedView
from workflow.choices import CaseStatus, StepStatus
from workflow.doors import approve_case, page_of_case
from workflow.models import ApprovalCase, ApprovalStep
from workflow.services.approval_changes import add_approver, earlier_steps, return_to_step
from workflow.services.approval_steps import current_step, current_steps, why_not


class ApprovalFilter(django_filters.FilterSet):
    waiting = django_filters.ChoiceFilter(
        label=_("Waits for"), choices=[("me", pgettext_lazy("approval", "me"))], method="waits"
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=CaseStatus.choices)

    class Meta:
        model = ApprovalCase
        fields = ()

    def waits(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.waiting_for(self.request.user)


class CommentForm(forms.Form):
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3}))


def whose_turn(case: ApprovalCase) -> str:
    return str(_(", ")).join(step.asked_of for step in current_steps(case))


class ApprovalList(ListPage):
    access = SIGNED_IN
    model = ApprovalCase
    title = _("Approvals")
    lead = _("What was submitted for approval, and whose turn it is.")
    related = ("submitted_by",)
    filterset_class = ApprovalFilter
    default_sort = "-opened_at"
    saved_views = (
        SavedView("all", _("All")),
        SavedView("mine", _("Waiting for me"), {"waiting": "me"}),
        SavedView("open", _("In approval"), {"status": CaseStatus.OPEN.value}),
    )
    bulk_acts = {
        "approve": BulkAct(
            _("Approve the chosen"), approve_case, argument="case", form_class=CommentForm, icon="signature",
            text=_("Each is signed where it is your turn; the others stay, with the reason beside them."),
        ),
    }  # fmt: skip
    empty = (_("Nothing in approval"), _("What is submitted for approval appears here."))
    empty_icon = "signature"
    columns = (
        Column("subject_label", _("About"), kind="code", link=True, phone="title"),
        Column("amount", _("Amount"), kind="money", sort=("amount",)),
        Column("turn", _("Whose turn"), value=whose_turn),
        Column("submitted_by", _("Submitted by"), phone="hidden"),
        Column("opened_at", _("Submitted"), kind="moment", sort=("opened_at",)),
        Column("status", _("Status"), kind="status", phone="corner"),
    )

    def row_url(self, row: ApprovalCase) -> str:
        return page_of_case(row)

    def get_queryset(self) -> QuerySet[Any]:
        steps = ApprovalStep.objects.filter(status=StepStatus.WAITING).select_related("person")
        return super().get_queryset().prefetch_related(Prefetch("steps", steps))


class OnCase(ActView):
    """An act of the approver whose turn it is."""

    access = SIGNED_IN
    model = ApprovalCase
    subject_name = "case"

    def prepare(self) -> None:
        super().prepare()
        self.step = current_step(self.subject, person_of(self.request))

    def get_initial(self) -> dict[str, Any]:
        return {"step": self.step.position if self.step else None}

    def get_reasons(self) -> list[Reason]:
        if self.step is None:
            return [Reason("case_closed", _("This was already decided."))]
        refusal = why_not(self.subject, self.step, person_of(self.request))
        return [refusal] if refusal else []

    def get_success_url(self, result: Any) -> str:
        return self.next_url() or page_of(self.subject) or "/"


class StepForm(forms.Form):
    """`step`: the one the page showed, so that nobody acts on another step unseen."""

    step = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AddForm(StepForm):
    person = forms.ModelChoiceField(User.objects.none(), label=_("Who is asked"))
    when = forms.ChoiceField(
        label=pgettext_lazy("approval", "When"), initial="before", widget=forms.RadioSelect,
        choices=[("before", _("before me: I decide after the answer")), ("after", _("after me"))],
    )  # fmt: skip
    word = forms.CharField(label=_("Your question"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, barred: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        people = User.objects.filter(is_active=True, kind=Kind.STAFF, role_assignments__isnull=False)
        field.queryset = people.exclude(pk__in=barred).distinct().order_by("display_name", "pk")


class AddApprover(OnCase):
    form_class = AddForm
    title = _("Ask one more person about %(subject)s")
    submit_label = _("Ask this person")
    success_message = _("Asked.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "barred": [*self.subject.barred_ids, self.request.user.pk]}

    def perform(self, form: Any) -> Any:
        data = form.cleaned_data
        return add_approver(
            self.subject, person=data["person"], before=data["when"] == "before", word=data["word"], step=data["step"],
            by=person_of(self.request),
        )  # fmt: skip


class BackForm(StepForm):
    target = forms.TypedChoiceField(label=_("Back to"), coerce=int, widget=forms.RadioSelect)
    comment = forms.CharField(label=_("Comment"), max_length=1000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, steps: list[ApprovalStep], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["target"]
        field.choices = [(step.position, f"{step.asked_of} · {step.decided_by}") for step in steps]


class ReturnToStep(OnCase):
    form_class = BackForm
    title = _("Send %(subject)s back to an earlier step")
    submit_label = _("Send back")
    success_message = _("Sent back; from that step on everybody is asked again.")

    def get_form_kwargs(self) -> dict[str, Any]:
        steps = earlier_steps(self.subject, self.step).select_related("person", "decided_by") if self.step else []
        return {**super().get_form_kwargs(), "steps": list(steps)}

    def perform(self, form: Any) -> Any:
        return return_to_step(self.subject, **form.cleaned_data, by=person_of(self.request))
