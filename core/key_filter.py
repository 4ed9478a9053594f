"""A filter by a row's key, as links of ours write it."""

from typing import Any

import django_filters as filters
from django import forms

LARGEST = 2**63 - 1


class KeyFilter(filters.Filter):
    """No number that a column of keys cannot hold reaches the database."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=0, max_value=LARGEST, **kwargs)
