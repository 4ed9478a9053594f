"""A department's opinion: its checklist, result, words, committed lead time, evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.choices import AttachmentKind
from orders.choices import AnswerResult, OpinionResult
from orders.forms.acts import words
from orders.models import ReviewChecklistItem
from orders.services.checklists import Answer


class OpinionForm(forms.Form):
    result = forms.ChoiceField(
        label=_("Opinion"), choices=[c for c in OpinionResult.choices if c[0] != OpinionResult.PENDING],
        widget=forms.RadioSelect,
    )  # fmt: skip
    conditions = words(_("Conditions"), required=False, rows=2, help_text=_("Needed for an opinion with conditions."))
    remarks = words(_("Remarks"), required=False, rows=2, help_text=_("Needed when the opinion is against it."))
    lead_time_days = forms.IntegerField(
        label=_("Committed lead time"), required=False, min_value=0, max_value=999, help_text=_("Calendar days.")
    )
    evidence = forms.FileField(label=_("Evidence"), required=False, help_text=_("Drawing, credit record, photo."))
    evidence_kind = forms.ChoiceField(
        label=_("Kind of evidence"), choices=AttachmentKind.choices, initial=AttachmentKind.OTHER, required=False
    )

    def __init__(
        self, *args: Any, checklist: list[ReviewChecklistItem], given: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.checklist, known = checklist, {answer["item"]: answer for answer in given}
        for item in checklist:
            self._add_item(item, known.get(item.pk, {}))

    def _add_item(self, item: ReviewChecklistItem, answer: dict[str, Any]) -> None:
        choices = [("", _("not answered")), *AnswerResult.choices]
        self.fields[f"answer_{item.pk}"] = forms.ChoiceField(
            label=item.local_text, choices=choices, required=False, initial=answer.get("result", "")
        )
        self.fields[f"remark_{item.pk}"] = forms.CharField(
            label=_("Remark"), max_length=200, required=False, initial=answer.get("remark", "")
        )

    def rows(self) -> list[tuple[Any, Any]]:
        return [(self[f"answer_{item.pk}"], self[f"remark_{item.pk}"]) for item in self.checklist]

    def opinion(self) -> dict[str, Any]:
        """What give_opinion takes."""
        data = self.cleaned_data
        names = ("result", "conditions", "remarks", "lead_time_days")
        answers = {
            item.pk: Answer(data[f"answer_{item.pk}"], data[f"remark_{item.pk}"].strip()) for item in self.checklist
        }
        evidence = [data["evidence"]] if data["evidence"] else []
        kind = data["evidence_kind"] or AttachmentKind.OTHER
        return {**{n: data[n] for n in names}, "answers": answers, "evidence": evidence, "evidence_kind": kind}
