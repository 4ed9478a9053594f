"""What approval rules may look at (R3.5): each fact with its name, its comparisons and its sentence.

A room offers the facts of its own subjects in `apps.py` (`offer("order", …)`); rules, the editor and the pages read
them here. What a fact's value rests on besides itself stands in `reads`: "special terms" stays true when 30 days become
90, so its signature rests on the schedule too.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.formats import group

Condition = Mapping[str, Any]
Choices = Collection[tuple[str, Any]]


class FactKind(StrEnum):
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"  # one of several
    TAGS = "tags"  # some of several
    SUM = "sum"  # money over days


@dataclass(frozen=True)
class Fact:
    """`unknown_asks`: a value nobody knows (a margin without a cost) counts as met, so that somebody looks.

    `living`: the choices are rows that come and go; a rule keeps their names as they were when it was written.
    """

    name: str
    label: Any
    kind: FactKind
    choices: Callable[[], Choices] | None = None
    living: bool = False
    reads: tuple[str, ...] = ()
    unknown_asks: bool = False
    sentences: Mapping[str, Any] = field(default_factory=dict)


COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "gt": lambda fact, value: fact > value,
    "gte": lambda fact, value: fact >= value,
    "lt": lambda fact, value: fact < value,
    "lte": lambda fact, value: fact <= value,
}
NUMERIC: dict[str, Any] = {
    "gt": pgettext_lazy("comparison", "above"),
    "gte": pgettext_lazy("comparison", "at least"),
    "lt": pgettext_lazy("comparison", "below"),
    "lte": pgettext_lazy("comparison", "at most"),
}
OPERATORS: dict[FactKind, dict[str, Any]] = {
    FactKind.MONEY: NUMERIC,
    FactKind.PERCENT: NUMERIC,
    FactKind.NUMBER: NUMERIC,
    FactKind.SUM: {"gt": NUMERIC["gt"], "gte": NUMERIC["gte"]},
    FactKind.FLAG: {"is": pgettext_lazy("comparison", "is so")},
    FactKind.CHOICE: {
        "in": pgettext_lazy("comparison", "is one of"), "not_in": pgettext_lazy("comparison", "is none of"),
    },
    FactKind.TAGS: {
        "in": pgettext_lazy("comparison", "include one of"), "not_in": pgettext_lazy("comparison", "include none of"),
    },
}  # fmt: skip
# Whoever signs because of one fact signs for this amount, to this customer, for these goods.
GROUND = ("amount", "currency", "customer_id", "goods")
# A rule without conditions looks at the whole; without this digest of it nothing can be said to have stayed.
WHOLE = ("content", "opinions")

GENERAL = (
    Fact("amount", gettext_lazy("Amount"), FactKind.MONEY, unknown_asks=True,
         sentences={"gt": gettext_lazy("amount above %(value)s")}),
    Fact("customer_sum", gettext_lazy("Customer's sum over days"), FactKind.SUM, sentences={
         "gt": gettext_lazy("the customer's orders of %(days)s days together above %(value)s")}),
    Fact("salesperson_sum", gettext_lazy("Salesperson's sum over days"), FactKind.SUM, sentences={
         "gt": gettext_lazy("the salesperson's orders of %(days)s days together above %(value)s")}),
    Fact("product_sum", gettext_lazy("A product's sum over days"), FactKind.SUM, sentences={
         "gt": gettext_lazy("the orders of one product in %(days)s days together above %(value)s")}),
    Fact("family_sum", gettext_lazy("A product family's sum over days"), FactKind.SUM, sentences={
         "gt": gettext_lazy("the orders of one product family in %(days)s days together above %(value)s")}),
)  # fmt: skip
_FACTS: dict[str, dict[str, Fact]] = {}
_NAMES: dict[str, Any] = {}


def offer(kind: str, name: Any, facts: Iterable[Fact]) -> None:
    """What rules of this kind of case may look at, beside the general facts; `name` is how pages call the ladder."""
    _FACTS[kind] = {fact.name: fact for fact in (*GENERAL, *facts)}
    _NAMES[kind] = name


def facts_for(kind: str) -> dict[str, Fact]:
    return _FACTS.get(kind) or {fact.name: fact for fact in GENERAL}


def kinds() -> dict[str, Any]:
    """Kinds of case that have a ladder, with the name of each."""
    return dict(_NAMES)


def find(name: str, kind: str = "") -> Fact | None:
    """The fact of a kind, or of any kind that has one of the name."""
    if kind:
        return facts_for(kind).get(name)
    return next((facts[name] for facts in _FACTS.values() if name in facts), facts_for("").get(name))


def reads_of(conditions: Collection[Condition], kind: str) -> tuple[str, ...]:
    """The facts a signature asked for by these conditions rests on."""
    if not conditions:
        return WHOLE
    read = dict.fromkeys(GROUND)
    for condition in conditions:
        fact = find(condition["fact"], kind)
        read |= dict.fromkeys((condition["fact"], *(fact.reads if fact else ())))
    return tuple(read)


def sum_key(condition: Condition) -> str:
    """Under which name a rolling sum is kept among what was read."""
    return f"{condition['fact']}/{condition['days']}/{Decimal(str(condition['value'])).normalize():f}"


# ---- in words -------------------------------------------------------------------------------------------------------


def reason_texts(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a step is asked, a sentence for each rule, in the reader's language."""
    return [_rule_text(rule) for rule in rules]


def _rule_text(rule: Mapping[str, Any]) -> str:
    if rule["code"] == "none":
        return _("no rule names an approver")
    if not rule["conditions"]:
        return _("always")
    seen = rule.get("facts", {})
    return _(" and ").join(condition_text(condition, seen) for condition in rule["conditions"])


def condition_text(condition: Condition, seen: Mapping[str, Any] | None = None) -> str:
    """`seen` is what the rule read; a list found there is named after the sentence."""
    fact = find(condition["fact"])
    if fact is None:
        return f"{condition['fact']} {condition['op']} {condition['value']}"
    text = _sentence(fact, condition)
    found = (seen or {}).get(fact.name)
    shown = fact.kind is FactKind.NUMBER and isinstance(found, list) and found
    return f"{text}: {_(', ').join(map(str, found))}" if shown and found else text


def _sentence(fact: Fact, condition: Condition) -> str:
    words = {"value": value_text(fact, condition), "days": condition.get("days", ""), "fact": str(fact.label)}
    if condition["op"] == "is":
        named = fact.sentences.get("is", fact.label)
        return str(named) if condition["value"] else _("not: %(fact)s") % {"fact": str(named)}
    if condition["op"] in fact.sentences:
        return str(fact.sentences[condition["op"]]) % words
    if fact.kind is FactKind.SUM:
        words["fact"] = f"{fact.label} ({condition.get('days')})"
    comparison = OPERATORS[fact.kind].get(condition["op"], condition["op"])
    return _("%(fact)s %(comparison)s %(value)s") % {**words, "comparison": comparison}


def value_text(fact: Fact, condition: Condition) -> str:
    value = condition["value"]
    if fact.kind in (FactKind.CHOICE, FactKind.TAGS):
        living = condition.get("names", {})
        names = living if fact.living or not fact.choices else {code: str(label) for code, label in fact.choices()}
        return _(", ").join(names.get(str(code), str(code)) for code in value)
    number = _grouped(value)
    if condition.get("currency"):
        return f"{number} {condition['currency']}"
    return f"{number} %" if fact.kind is FactKind.PERCENT else number


def _grouped(value: Any) -> str:
    try:
        return group(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
