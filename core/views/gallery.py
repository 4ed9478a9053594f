"""Every part of templates/ui/ on one page, with long words, nothing, and errors (try-out and tests only)."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.badges import LOOKS
from core.errors import DomainError, Reason
from core.forms import AmountField, DateField, ReasonForm, WordsField
from core.views.acts import ServiceForm
from core.views.bulk import BulkAct
from core.views.cells import cells
from core.views.charts import chart
from core.views.columns import Column
from core.views.gallery_access import OnlyInTryout
from core.views.gallery_lines import sample_lines
from core.views.lists import Row
from core.views.pages import Page

LONG = "上海浦东新区张江高科技园区精密机械设备制造与国际贸易（集团）股份有限公司华东大区第三销售分公司" * 4


class SampleForm(forms.Form):
    customer = forms.CharField(label=_("Customer"), help_text=_("Name, code or telephone."))
    amount = AmountField(label=_("Amount"), decimal_places=2, min_value=0)
    wanted = DateField(label=_("Delivery date"), required=False)
    terms = forms.ChoiceField(label=_("Payment terms"), choices=[("", "—"), ("a", _("Deposit of 30 %")), ("b", LONG)])
    result = forms.ChoiceField(
        label=_("Result"), choices=[("y", _("Passed")), ("n", _("Refused"))], widget=forms.RadioSelect
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False, help_text=_("Moves it to the top."))
    remarks = WordsField(label=_("Remarks"), required=False)


class Sample:
    """A row that needs no table."""

    def __init__(self, pk: int, number: str, customer: str, status: str, total: str, due: datetime) -> None:
        self.pk, self.number, self.customer, self.status, self.total, self.due = (
            pk,
            number,
            customer,
            status,
            total,
            due,
        )

    def __str__(self) -> str:
        return self.number


COLUMNS = (
    Column("number", _("Number"), kind="code", link=True, sort=("number",), phone="title"),
    Column("customer", _("Customer")),
    Column("total", _("Amount"), kind="money", sort=("total",)),
    Column("due", _("Due"), kind="moment"),
    Column("status", _("Status"), kind="status", phone="corner"),
)


def refuse_sample(*, by: Any, reason: str) -> None:
    raise DomainError("sample", _("The credit limit is used up."), reasons=reasons(), fields={"reason": ["…"]})


def reasons() -> list[Reason]:
    since = timezone.now() - timedelta(hours=27)
    return [
        Reason("credit", _("Credit: ¥120,000.00 above the limit"), roles=("finance",), since=since, url="#forms"),
        Reason("question", _("One clarification is open: ") + LONG, roles=("sales", "inside_sales"), since=since),
        Reason("hold", _("On hold: quality"), roles=("quality",), url="/ui/act/", act=_("Release hold")),
    ]


class SampleAct(OnlyInTryout, ServiceForm):
    title = _("Release hold")
    lead = _("Every act opens like this, as a page or as a dialog.")
    form_class = ReasonForm
    service = refuse_sample
    submit_label = _("Release hold")
    tone = "danger"

    def get_consequences(self) -> list[str]:
        return [str(_("3 reservations are released, ¥120,000.00 of credit becomes free."))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cancel_url="/ui/", **kwargs)


class Gallery(OnlyInTryout, Page):
    template_name = "generic/gallery.html"
    title = _("Page parts")
    lead = _("Everything the pages are made of, with the longest words they must bear.")
    crumbs = ((_("Inbox"), "/"),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        wrong = SampleForm({"customer": "", "amount": "12a", "terms": "z", "remarks": "typed"})
        return super().get_context_data(
            **_lists(now, self.request),
            **_progress(now),
            form=SampleForm(initial={"customer": LONG}),
            wrong=wrong,
            why=reasons(),
            long=LONG,
            now=now,
            later=now + timedelta(days=3),
            early=now - timedelta(hours=5),
            chart=_chart(),
            formset=sample_lines(),
            statuses=[{"code": code} for code in LOOKS],
            acts={"remind": BulkAct(_("Remind owners"), refuse_sample, "row", icon="bell")},
            **kwargs,
        )


def _lists(now: datetime, request: HttpRequest) -> dict[str, Any]:
    samples = [
        Sample(1, "202611-001", "海天机械", "received", "1250.50", now + timedelta(hours=2)),
        Sample(2, "202611-002", LONG, "in_production", "98765432.10", now - timedelta(hours=3)),
        Sample(3, "202611-1000", "Nordwind GmbH", "closed", "0.00", now + timedelta(days=40)),
    ]
    columns = [(column, column.opening()) for column in COLUMNS]
    rows = [
        Row(sample, url := f"/ui/?row={sample.pk}", "is-late" if sample.due < now else "",
            cells(columns, sample, url, {"request": request}))
        for sample in samples
    ]  # fmt: skip
    heads = [{"column": column, "url": "?" if column.sort else "", "state": ""} for column in COLUMNS]
    heads[0]["state"] = "descending"
    chip = {"label": _("Customer"), "value": LONG, "url": "?"}
    return {
        "rows": rows,
        "heads": heads,
        "chips": [{"label": _("Status"), "value": _("Received"), "url": "?"}, chip],
        "tabs": [
            {"label": _("All"), "url": "?", "current": True, "count": "1,000+"},
            {"label": _("Overdue"), "url": "?", "current": False, "count": "3"},
        ],
    }


def _progress(now: datetime) -> dict[str, Any]:
    states = ["done", "done", "done", "now", "", "", "", ""]
    labels = ["Draft", "Received", "Reviewed", "Approved", "In production", "Shipped", "Accepted", "Closed"]
    return {
        "steps": [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)],
        "facts": [(_("Customer"), LONG, "#"), (_("Terms"), "30 % / 70 %"), (_("Delivery"), ""), (_("Tier"), "A")],
        "entries": [
            {"icon_name": "check", "who": "王小明", "text": _("passed the preliminary review"), "at": now},
            {"icon_name": "message", "who": "Ada Lovelace", "text": _("wrote"), "at": now, "words": LONG},
            {"icon_name": "edit", "who": "李雷", "text": _("changed"), "at": now, "changes": [("Qty", "10", "12")]},
        ],
    }


def _chart() -> dict[str, Any]:
    months = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    series = [(_("Received"), [12, 18, 15, 22, 19]), (_("Shipped"), [8, 15, 16, 17, 20])]
    return chart("sample", title=_("Orders by month"), labels=months, series=series)
