"""Games that hypothesis plays: people who try every act through every door, and guards that can be taken off."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, run_state_machine_as_test

from accounts.models import User
from orders import guards

Off = Callable[[pytest.MonkeyPatch], None]


class Game(RuleBasedStateMachine):
    """Each game is played in a transaction of its own that is rolled back."""

    people: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.frame = transaction.atomic()
        self.frame.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.frame.__exit__(None, None, None)

    def begin(self, start: Any) -> None:
        raise NotImplementedError

    def post(self, who: str, url: str, data: dict[str, Any]) -> None:
        assert self.knock(self.browser(who), "post", url, data, form=True) < 500

    def knock(self, client: Any, method: str, url: str, body: Any, *, form: bool = False) -> int:
        more = {} if form else {"content_type": "application/json"}
        return int(getattr(client, method)(url, body, **more).status_code)

    def browser(self, who: str) -> Client:
        return self.browser_of(self.people[who])

    def browser_of(self, user: User) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(user)
        return client


def play(game: type[Game], **over: Any) -> None:
    """The same games every time: whoever breaks a rule sees it before landing."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    words = {
        "report_multiple_bugs": False,
        "max_examples": 20,
        "stateful_step_count": 15,
        "derandomize": True,
        "deadline": None,
        **over,
    }
    run_state_machine_as_test(game, settings=settings(suppress_health_check=checks, **words))


def beginning(game: type[Game], start: Any) -> type[Game]:
    """The same people, every game of which begins so."""

    class Begun(game):  # type: ignore[misc, valid-type]
        @initialize()
        def somebody_orders(self) -> None:
            self.begin(start)

    return Begun


def guard(act: str, name: str) -> Off:
    """Take a guard off an act of the order."""

    def off(monkeypatch: pytest.MonkeyPatch) -> None:
        kept = tuple(each for each in guards.GUARDS[act] if each.__name__ != name)
        assert len(kept) == len(guards.GUARDS[act]) - 1
        monkeypatch.setitem(guards.GUARDS, act, kept)

    return off


def door(path: str, answer: Any) -> Off:
    """Put in place of a function one that always answers so."""
    return lambda monkeypatch: monkeypatch.setattr(path, lambda *_args, **_words: answer)
