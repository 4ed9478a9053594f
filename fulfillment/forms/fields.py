"""What the forms of several pages are made of: quantities by line, files."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from core.forms import AmountField


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; cleaned to a list."""

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(widget=FilesInput(attrs={"accept": accept} if accept else {}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        clean = super().clean
        return [each for each in (clean(one, initial) for one in given) if each]


def quantity_field(**kwargs: Any) -> AmountField:
    return AmountField(**{"max_digits": 14, "decimal_places": 3, "min_value": Decimal(0), **kwargs})


class LinesForm(forms.Form):
    """Some fields for each line, and some for all; `line_fields` name those of a line, in order."""

    line_fields: Sequence[str] = ()

    def __init__(self, *args: Any, lines: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        for line in self.lines:
            for name, made in self.fields_of(line).items():
                self.fields[f"{name}_{line.pk}"] = made

    def fields_of(self, line: Any) -> Mapping[str, forms.Field]:
        raise NotImplementedError

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(line, [self[f"{name}_{line.pk}"] for name in self.names_of(line)]) for line in self.lines]

    def names_of(self, line: Any) -> Sequence[str]:
        return self.line_fields

    def common(self) -> list[forms.BoundField]:
        of_lines = {f"{name}_{line.pk}" for line in self.lines for name in self.names_of(line)}
        return [bound for bound in self.visible_fields() if bound.name not in of_lines]

    def of_line(self, line: Any, name: str) -> Any:
        return self.cleaned_data.get(f"{name}_{line.pk}")
