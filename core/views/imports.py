"""The import wizard: upload, choose columns, look at every row's outcome, take, see what came of it (R2.7)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_htmx.http import HttpResponseClientRefresh

from core.forms import ConfirmForm
from core.imports import services
from core.imports.choices import SHOWN, JobStatus, Outcome
from core.imports.mapping import suggested
from core.imports.reading import RowReader
from core.imports.reasons import say
from core.imports.registry import importer_of, importers, open_to
from core.imports.running import is_silent
from core.imports.telling import balance, figure, left_to_take, plain_reason, to_create
from core.models.imports import ROLES, ImportJob
from core.views.acts import ActView, FormPage
from core.views.columns import Column
from core.views.lists import ListPage
from core.views.pages import DetailPage, Page, SubjectMixin

S = JobStatus
LIST = (gettext_lazy("Imports"), "core:import-list")


class ImportList(ListPage):
    access = ROLES
    model = ImportJob
    title = gettext_lazy("Imports")
    lead = gettext_lazy("Orders, customers and products from files. Nothing is written before you have seen every row.")
    related = ("uploaded_by",)
    default_sort = "-created"
    exports = ()
    columns = (
        Column("number", gettext_lazy("Number"), kind="code", link=True, phone="title"),
        Column("status", gettext_lazy("Status"), kind="status", phone="corner"),
        Column("original_name", gettext_lazy("File")),
        Column("kind", gettext_lazy("Holds"), value=lambda job: importers()[job.kind].label),
        Column("total_rows", gettext_lazy("Rows"), kind="number"),
        Column("taken", gettext_lazy("Taken"), value=lambda job: job.counts.get("taken", 0), kind="number"),
        Column("refused", Outcome.REFUSED.label, value=lambda job: job.counts.get("refused", 0), kind="number"),
        Column("uploaded_by", gettext_lazy("By"), phone="hidden"),
        Column("created", gettext_lazy("Uploaded"), value="created_at", kind="moment", sort=("id",)),
    )
    new = (gettext_lazy("New import"), "core:import-new")
    empty = (gettext_lazy("No imports yet"), gettext_lazy("Bring in orders, customers or products from XLSX or CSV."))
    empty_icon = "file-import"


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What the file holds"), widget=forms.RadioSelect)
    upload = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("XLSX, CSV or TSV; the first row names the columns. UTF-8 and GB18030 are understood."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind, importer.label) for kind, importer in open_to(by).items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["kind"].initial = kinds[0][0] if kinds else ""


class NewImport(FormPage):
    access = ROLES
    title = gettext_lazy("New import")
    lead = gettext_lazy("First the file; then you choose the columns and see what would become of every row.")
    crumbs = (LIST,)
    cancel = "core:import-list"
    page_template = "core/imports/new.html"
    form_class = UploadForm
    service = staticmethod(services.upload_import)
    submit_label = gettext_lazy("Upload the file")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(kinds=list(open_to(self.request.user).items()), **kwargs)


class ColumnsForm(forms.Form):
    """A choice of field for every column of the file, then the importer's options."""

    def __init__(self, *args: Any, job: ImportJob, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job, self.by, self.importer = job, by, importer_of(job.kind)
        mapping, options, self.remembered = suggested(self.importer, job.headers, by)
        mapping, options = (job.mapping, job.options) if job.options else (mapping, options)
        fields = {index: name for name, index in mapping.items()}
        labels = [(column.name, f"{column.label}{' *' if column.required else ''}") for column in self.importer.columns]
        for index, head in enumerate(job.headers):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=head or _("Column %(number)s") % {"number": index + 1}, required=False,
                choices=[("", _("– leave out –")), *labels], initial=fields.get(index, ""),
                widget=forms.Select(attrs={"class": "w-auto mw-100"}),
            )  # fmt: skip
        self.option_names = self._add_options(by, options)

    def _add_options(self, by: Any, given: dict[str, Any]) -> list[str]:
        options = self.importer.form_class(by=by)
        for name, field in options.fields.items():
            field.initial = given.get(name, options.get_initial_for_field(field, name))
            self.fields[name] = field
        return list(options.fields)

    def clean(self) -> dict[str, Any]:
        mapping: dict[str, int] = {}
        for index in range(len(self.job.headers)):
            name = self.cleaned_data.get(f"column_{index}")
            if name and name in mapping:
                self.add_error(f"column_{index}", _("Another column is this field already."))
            elif name:
                mapping[name] = index
        options = {name: self.cleaned_data[name] for name in self.option_names if name in self.cleaned_data}
        return {"mapping": mapping, "options": options}

    def column_fields(self) -> list[tuple[Any, list[str]]]:
        """Each column's choice with its sample values, as far as the reader may see them."""
        shown = RowReader(self.job, self.by)
        samples = [row if None in shown.readable else shown.masked(row) for row in self.job.samples]
        return [
            (self[f"column_{index}"], [row[index] for row in samples if index < len(row) and row[index].strip()][:3])
            for index in range(len(self.job.headers))
        ]

    def option_fields(self) -> list[Any]:
        return [self[name] for name in self.option_names]


class ChooseColumns(SubjectMixin, FormPage):
    access = ROLES
    model = ImportJob
    subject_name = "job"
    crumbs = (LIST,)
    page_template = "core/imports/columns.html"
    form_class = ColumnsForm
    service = staticmethod(services.map_import)
    submit_label = gettext_lazy("Check every row")
    title = gettext_lazy("Columns of %(subject)s")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"job": self.subject, "by": self.request.user}


class ImportPage(DetailPage):
    """Where the import stands: progress while it runs, the preview, the result."""

    access = ROLES
    model = ImportJob
    subject_name = "job"
    related = ("uploaded_by", "committed_by")
    crumbs = (LIST,)
    template_name = "core/imports/job.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.subject = job = self.get_subject()
        if job.status in (S.UPLOADED, S.MAPPED):
            return redirect("core:import-mapping", job.pk)
        return self.render_to_response(self.get_context_data(**kwargs))

    def get_lead(self) -> str:
        return f"{importer_of(self.subject.kind).label} · {self.subject.original_name} · {self.subject.format}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, **job_context(self.subject)})


class Progress(SubjectMixin, Page):
    """The fragment the running page asks for every second."""

    access = ROLES
    model = ImportJob
    template_name = "core/imports/_progress.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        job = self.get_subject()
        if not job.is_running:
            return HttpResponseClientRefresh()
        return self.render_to_response({"job": job, **progress_context(job)})


def progress_context(job: ImportJob) -> dict[str, Any]:
    total = left_to_take(job) if job.status == S.COMMITTING else job.total_rows
    text = _("%(done)s of %(total)s rows") % {"done": figure(job.done_rows), "total": figure(total)} if total else ""
    return {
        "total": total or 1, "done": job.done_rows if total else None, "text": text,
        "silent": is_silent(job), "waiting": not job.claim,
    }  # fmt: skip


def job_context(job: ImportJob) -> dict[str, Any]:
    importer, counts, summary = importer_of(job.kind), job.counts, job.summary
    words = importer.reasons
    address = reverse("core:import-rows", args=[job.pk])
    return {
        **progress_context(job),
        "importer": importer,
        "figures": [
            (Outcome(outcome).label, counts[outcome], f"{address}?outcome={outcome}")
            for outcome in SHOWN if counts.get(outcome)
        ],
        "reasons": [
            (plain_reason(code, words), number, f"{address}?outcome=refused&reason={code}")
            for code, number in summary.get("refused", {}).items()
        ],
        "mended": [
            (plain_reason(code, words), number, f"{address}?reason={code}")
            for code, number in summary.get("mended", {}).items()
        ],
        "notes": [(plain_reason(code, words), number) for code, number in summary.get("notes", {}).items()],
        "balance": balance(job),
        "to_create": to_create(job),
        "can_take": job.status in (S.CHECKED, S.STOPPED, S.FAILED) and left_to_take(job) > 0,
        "problem": say(job.problem, words) if job.problem else "",
        "list_url": reverse(importer.list_url) if job.taken_anything and importer.list_url else "",
    }  # fmt: skip


class JobAct(ActView):
    access = ROLES
    model = ImportJob
    subject_name = "job"
    form_class = ConfirmForm
    crumbs = (LIST,)

    def get_success_url(self, result: Any) -> str:
        return reverse("core:import-detail", args=[self.subject.pk])


class TakeRows(JobAct):
    service = staticmethod(services.commit_import)
    title = gettext_lazy("Take the rows of %(subject)s")
    submit_label = gettext_lazy("Take the sound rows")

    def get_consequences(self) -> Sequence[str]:
        job, refused = self.subject, self.subject.counts.get(Outcome.REFUSED, 0)
        sentences = []
        if created := to_create(job):
            sentences.append(_("Will be created: %(things)s.") % {"things": created})
        if refused:
            text = ngettext("%(rows)s row is refused and left out.", "%(rows)s rows are refused and left out.", refused)
            sentences.append(text % {"rows": figure(refused)})
        if here := job.counts.get(Outcome.DUPLICATE):
            text = ngettext("%(rows)s row is here already; nothing is done with it.",
                            "%(rows)s rows are here already; nothing is done with them.", here)  # fmt: skip
            sentences.append(text % {"rows": figure(here)})
        return sentences


class StopImport(JobAct):
    service = staticmethod(services.stop_import)
    title = gettext_lazy("Stop %(subject)s")
    submit_label = gettext_lazy("Stop the import")
    tone = "danger"

    def get_consequences(self) -> Sequence[str]:
        return [_("What has been taken stays. The rest can be taken later: nothing is taken twice.")]


class ContinueImport(JobAct):
    service = staticmethod(services.continue_import)
    title = gettext_lazy("Continue %(subject)s")
    submit_label = gettext_lazy("Continue the import")
