"""How far people plan. A mistyped year is refused where it is typed, before it breaks a page for everybody."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

FARTHEST = timedelta(days=3 * 366)


def beyond(days: Mapping[str, date | None], today: date) -> dict[str, list[str]]:
    """By field: the days that lie more than three years from today."""
    far = [name for name, day in days.items() if day and abs(day - today) > FARTHEST]
    return {name: [_("More than three years away.")] for name in far}


def out_of_reach(days: Mapping[str, date | None], today: date) -> dict[str, list[str]]:
    """By field: the days that have passed, and those too far ahead."""
    past = {name: [_("In the past.")] for name, day in days.items() if day and day < today}
    return beyond(days, today) | past
