"""Keeps a handful of processes together: logs apart, all stopped when one dies or we are told to."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PATIENCE = 20.0
PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


def _die_with_parent() -> None:
    """So that killing us outright leaves no process holding the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


@dataclass
class Supervisor:
    logs: Path
    env: Mapping[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> "Supervisor":
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stopped)
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not leave the rest running.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.stop()

    def start(self, name: str, *command: str) -> None:
        """In a group of its own: Ctrl-C reaches us alone, and we stop the others in order."""
        with (self.logs / f"{name}.log").open("wb") as log:
            self.children[name] = subprocess.Popen(
                command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent if os.uname().sysname == "Linux" else None,
            )

    def dead(self) -> str | None:
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def last_words(self, name: str) -> str:
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-20:])

    def wait(self) -> str:
        """Returns the name of the first process that ends by itself."""
        while (name := self.dead()) is None:
            time.sleep(0.5)
        return name

    def stop(self) -> None:
        """Latest started first: the broker outlives those who talk to it."""
        for child in reversed(self.children.values()):
            _signal_group(child, signal.SIGTERM)
            try:
                child.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                pass
            _signal_group(child, signal.SIGKILL)
            child.wait()
        self.children.clear()


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass
