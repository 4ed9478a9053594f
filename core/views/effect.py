"""What follows is looked at before it is done: the first press shows it, the second acts.

class RulesEdit(EffectFirst):             # rules, put in force
    form_class = RulesForm                # with hidden fields "seen" and "version"
    changeable = CHANGEABLE               # the fields whose values were looked at

    def look(self, values):               # raises DomainError for values that cannot be
        self.effect = effect_of(Rules(**values))

class ReplanStep(LookFirst, ActView):     # any act with a hidden field "seen"
    def seal(self, form):                 # of what is looked at; "" where nothing follows
        self.moves = moves_of(self.subject, form.cleaned_data["planned_end"])
        return seal_of(self.moves)
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.views import once
from core.views.acts import FormPage, ServiceForm


class LookFirst(ServiceForm):
    act_label: Any = ""  # of the second press; empty: as the first

    def seal(self, form: Any) -> str:
        """By which what was looked at is known again."""
        raise NotImplementedError

    def look_at(self, form: Any) -> None:
        """Gather what is shown. Raises DomainError for what cannot be."""

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        """Whoever changed a value after looking, or to whom other things would happen by now, looks again."""
        seal = self.seal(form)
        if form.cleaned_data["seen"] == seal:
            return super().attempt(form, submission)
        try:
            self.look_at(form)
        except DomainError as error:
            return self.refuse(form, error)
        self.submit_label = self.act_label or self.submit_label
        form.data = {**form.data.dict(), "seen": seal}
        return self.show(form)


class EffectFirst(LookFirst, FormPage):
    changeable: Sequence[str] = ()
    submit_label = _("Show the effect")
    act_label = _("Put in force")

    def look(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def seal(self, form: Any) -> str:
        return "/".join(str(form.cleaned_data[name]) for name in ("version", *self.changeable))

    def look_at(self, form: Any) -> None:
        self.look({name: form.cleaned_data[name] for name in self.changeable})

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {name: value for name, value in super().get_service_arguments(form).items() if name != "seen"}
