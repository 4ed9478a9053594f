"""Rules whose effect is looked at before they are put in force (R14.13): the first press shows it, the second acts.

class RulesEdit(EffectFirst, FormPage):
    form_class = RulesForm            # with hidden fields "seen" and "version"
    changeable = CHANGEABLE           # the fields whose values were looked at

    def look(self, values):           # raises DomainError for values that cannot be
        self.effect = effect_of(Rules(**values))
"""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.views import once
from core.views.acts import FormPage


class EffectFirst(FormPage):
    changeable: Sequence[str] = ()
    submit_label = _("Show the effect")
    in_force_label = _("Put in force")

    def look(self, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def attempt(self, form: Any, submission: once.Submission) -> HttpResponse:
        """Whoever changed a value after looking looks again."""
        looked_at = "/".join(str(form.cleaned_data[name]) for name in ("version", *self.changeable))
        if form.cleaned_data["seen"] == looked_at:
            return super().attempt(form, submission)
        try:
            self.look({name: form.cleaned_data[name] for name in self.changeable})
        except DomainError as error:
            return self.refuse(form, error)
        self.submit_label = self.in_force_label
        form.data = {**form.data.dict(), "seen": looked_at}
        return self.show(form)

    def get_service_arguments(self, form: Any) -> dict[str, Any]:
        return {name: value for name, value in super().get_service_arguments(form).items() if name != "seen"}
