"""The approval ladder in the browser: rules as sentences, a proposal with its effect, versions (R3.5, R14.13)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from accounts.choices import MANAGERS, Role
from accounts.views.person import person_of
from core.views.acts import FormPage
from core.views.pages import Page
from workflow import facts
from workflow.defaults import LADDERS
from workflow.forms import EditForm, NoteForm, PreviewForm
from workflow.models import RuleSet
from workflow.previews import latest
from workflow.rule_effect import KIND, names_of
from workflow.rule_forms import RuleForm, typed
from workflow.rule_sets import Rule, compare, rules_in_force, sentences, signer_name
from workflow.services import rules as services
from workflow.views.previews import progress_of

LOOKERS = frozenset({Role.ADMIN, Role.SUPERVISION, *MANAGERS})
EDITORS = frozenset({Role.ADMIN})
LADDER = (gettext_lazy("Approval ladder"), "workflow:rule-list")


class SettingsHome(Page):
    access = LOOKERS
    template_name = "workflow/settings.html"
    title = gettext_lazy("Settings")


class RuleList(Page):
    """The rules in force, and the versions before."""

    access = LOOKERS
    template_name = "workflow/rule_list.html"
    title = gettext_lazy("Approval ladder")
    lead = gettext_lazy("Who approves what, and when. Running approvals keep the rules they were opened under.")
    crumbs = ((gettext_lazy("Settings"), "workflow:settings"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = list(LADDERS)
        kinds = dict(sorted(facts.kinds().items(), key=lambda kind: order.index(kind[0]) if kind[0] in order else 99))
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in kinds else next(iter(kinds), "")
        tabs = [{"label": name, "url": f"?kind={code}", "current": code == kind} for code, name in kinds.items()]
        return super().get_context_data(
            kind=kind,
            tabs=tabs if len(tabs) > 1 else [],
            rules=in_words(rules_in_force(kind)),
            proposal=services.proposal_of(kind),
            versions=history(kind),
            may_edit=person_of(self.request).has_role(Role.ADMIN),
            **kwargs,
        )


def in_words(rules: list[Rule], marks: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Rules with their sentences in the order of their stages."""
    rows = [
        {"rule": rule, "sentence": sentence, "mark": (marks or {}).get(rule["code"], "")}
        for rule, sentence in zip(rules, sentences(rules), strict=True)
    ]
    return sorted(rows, key=lambda row: row["rule"]["position"])


def history(kind: str, most: int = 20) -> list[dict[str, Any]]:
    """Versions, the newest first, each with what it changed."""
    versions = list(services.versions_of(kind)[: most + 1])
    rows = []
    for place, version in enumerate(versions[:most]):
        before = versions[place + 1].rules if place + 1 < len(versions) else version.rules
        difference = compare(before, version.rules)
        came, gone = difference["added"] + difference["changed"], difference["removed"] + difference["was"]
        rows.append({"version": version, "came": sentences(came), "gone": sentences(gone)})
    return rows


class ProposeRules(FormPage):
    """Begins a proposal, or goes on with the one there is."""

    access = EDITORS
    title = gettext_lazy("Propose other rules")
    lead = gettext_lazy("Nothing changes until the proposal was previewed and put in force.")
    crumbs = (LADDER,)
    cancel = "workflow:rule-list"
    submit_label = gettext_lazy("Begin proposal")

    def perform(self, form: Any) -> RuleSet:
        return services.propose_rules(kind=self.kwargs["kind"], by=person_of(self.request))

    def get_success_url(self, result: Any) -> str:
        return _url("proposal", self.kwargs["kind"])


class OnProposal:
    """Pages about the proposal of one kind of case."""

    request: HttpRequest
    kwargs: dict[str, Any]
    proposal: RuleSet

    def find(self) -> RuleSet:
        found = services.proposal_of(self.kwargs["kind"])
        if found is None:
            raise Http404
        return found

    def seen_edit(self) -> int:
        """The state the person looked at."""
        given = self.request.POST.get("edit", "")
        return int(given) if given.isdecimal() and len(given) < 7 else self.proposal.edits

    def get_crumbs(self) -> list[tuple[str, str]]:
        ladder = (str(LADDER[0]), f"{reverse(LADDER[1])}?kind={self.kwargs['kind']}")
        return [ladder, (gettext("Proposal"), _url("proposal", self.kwargs["kind"]))]


class ProposalPage(OnProposal, FormPage):
    """The proposed rules beside those in force, and what they would have done."""

    access = EDITORS
    template_name = "workflow/proposal.html"
    title = gettext_lazy("Proposed rules")
    form_class = PreviewForm
    submit_label = gettext_lazy("Preview the effect")
    cancel = "workflow:rule-list"

    def prepare(self) -> None:
        self.proposal = self.find()

    def get_initial(self) -> dict[str, Any]:
        return {"months": self.proposal.effect.get("months", 3)}

    def get_crumbs(self) -> list[tuple[str, str]]:
        return super().get_crumbs()[:1]

    def perform(self, form: Any) -> RuleSet:
        return services.preview_rules(proposal=self.proposal, by=person_of(self.request), **form.cleaned_data)

    def get_success_url(self, result: Any) -> str:
        return f"{self.request.path}#effect"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal = self.proposal
        difference = compare(rules_in_force(proposal.kind), proposal.rules)
        marks = {rule["code"]: "added" for rule in difference["added"]}
        marks |= {rule["code"]: "changed" for rule in difference["changed"]}
        return super().get_context_data(
            proposal=proposal,
            rules=in_words(proposal.rules, marks),
            removed=sentences(difference["removed"]),
            differs=any(difference.values()),
            effect=shown_effect(proposal.effect),
            is_current=proposal.previewed_edit == proposal.edits,
            **progress_of(latest(KIND, proposal.kind)),
            **kwargs,
        )


def shown_effect(effect: dict[str, Any]) -> dict[str, Any]:
    """The stored numbers with names in the reader's language."""
    if not effect:
        return {}
    names = names_of(effect)

    def named(signers: list[list[Any]]) -> list[str]:
        return [signer_name(asks, role, names.get(person, "–")) for asks, role, person, *_rest in signers]

    rows = [{**row, "more": named(row["more"]), "less": named(row["less"])} for row in effect["rows"]]
    totals = zip(named(effect["signers"]), effect["signers"], strict=True)
    signers = [{"name": name, "now": row[3], "then": row[4], "more": row[4] - row[3]} for name, row in totals]
    return {**effect, "rows": rows, "signers": signers}


class RuleEdit(OnProposal, FormPage):
    """A rule of the proposal: who, and under which conditions."""

    access = EDITORS
    template_name = "workflow/rule_edit.html"
    form_class: type[forms.BaseForm] = RuleForm
    submit_label = gettext_lazy("Save rule")
    rule: Rule

    def prepare(self) -> None:
        self.proposal = self.find()
        self.cancel = _url("proposal", self.proposal.kind)
        code = self.kwargs.get("code")
        found = [rule for rule in self.proposal.rules if rule["code"] == code]
        if code and not found:
            raise Http404
        self.rule = found[0] if found else {"code": "", "conditions": []}

    def get_title(self) -> str:
        return sentences([self.rule])[0] if self.rule["code"] else gettext("New rule")

    def get_initial(self) -> dict[str, Any]:
        return {name: value for name, value in self.rule.items() if name not in ("code", "conditions")}

    def get_form_kwargs(self) -> dict[str, Any]:
        sent = self.request.method == "POST"
        conditions = typed(self.request.POST) if sent else self.rule["conditions"]
        return {**super().get_form_kwargs(), "kind": self.proposal.kind, "conditions": conditions}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "press" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.prepare()
        press = request.POST["press"]
        taken = int(press.removeprefix("remove-")) if press.removeprefix("remove-").isdecimal() else None
        more = request.POST.get("add", "") if press == "add" else ""
        conditions = typed(request.POST, without=taken, more=more)
        form = RuleForm(initial=request.POST.dict(), kind=self.proposal.kind, conditions=conditions)
        form.fields["add"].initial = ""
        form.initial.pop("add", None)
        for name in [name for name in form.initial if name[:1] == "c" and "-" in name]:
            form.initial.pop(name)
        form.initial["is_active"] = "is_active" in request.POST
        return self.show(form)

    def perform(self, form: Any) -> RuleSet:
        return services.write_rule(
            proposal=self.proposal, code=self.rule["code"], values=form.rule_values(), edit=self.seen_edit(),
            by=person_of(self.request),
        )  # fmt: skip

    def get_success_url(self, result: Any) -> str:
        return _url("proposal", self.proposal.kind)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit = self.request.POST.get("edit") or self.proposal.edits
        return super().get_context_data(proposal=self.proposal, rule=self.rule, edit=edit, **kwargs)


class RuleRemove(RuleEdit):
    template_name = "generic/act.html"
    form_class = EditForm
    submit_label = gettext_lazy("Take out rule")
    tone = "danger"

    def get_title(self) -> str:
        return gettext("Take out: %(rule)s") % {"rule": sentences([self.rule])[0]}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"edit": self.proposal.edits}}

    def perform(self, form: Any) -> RuleSet:
        return services.remove_rule(
            proposal=self.proposal, code=self.rule["code"], edit=form.cleaned_data["edit"], by=person_of(self.request)
        )


class PutRulesInForce(OnProposal, FormPage):
    access = EDITORS
    title = gettext_lazy("Put the proposed rules in force")
    form_class: type[forms.BaseForm] = NoteForm
    submit_label = gettext_lazy("Put in force")
    success_message = gettext_lazy("The rules are in force for what is submitted from now on.")

    def prepare(self) -> None:
        self.proposal = self.find()
        self.cancel = _url("proposal", self.proposal.kind)

    def get_initial(self) -> dict[str, Any]:
        return {"edit": self.proposal.edits}

    def get_consequences(self) -> list[str]:
        effect = self.proposal.effect
        if not effect or self.proposal.previewed_edit != self.proposal.edits:
            return [gettext("The effect of the proposal as it stands has not been looked at.")]
        return [
            gettext("Of %(cases)s approvals of the last %(months)s months, %(changed)s would have asked others.")
            % effect
        ]

    def perform(self, form: Any) -> RuleSet:
        data = form.cleaned_data
        by = person_of(self.request)
        return services.put_rules_in_force(proposal=self.proposal, note=data["note"], edit=data["edit"], by=by)

    def get_success_url(self, result: Any) -> str:
        return f"{reverse('workflow:rule-list')}?kind={result.kind}"


class DiscardRules(PutRulesInForce):
    title = gettext_lazy("Give the proposal up")
    form_class = forms.Form
    submit_label = gettext_lazy("Give up proposal")
    success_message = gettext_lazy("The proposal is given up; the rules in force stay.")
    tone = "danger"

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_consequences(self) -> list[str]:
        return [gettext("What was changed in it is lost.")]

    def perform(self, form: Any) -> RuleSet:
        return services.discard_rules(proposal=self.proposal, by=person_of(self.request))


def _url(name: str, kind: str) -> str:
    return reverse(f"workflow:{name}", args=[kind])
