"""The real server, and what it answers under load."""

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tools.bench.environment import CONNECTIONS
from tools.supervise import Supervisor

STARTED_WITHIN = 60.0
SECONDS = 20.0


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    expected: int = 200


@dataclass(frozen=True)
class Heard:
    """What one round of one act gave; times in milliseconds."""

    rate: float
    p50: float
    p95: float
    queries: int
    server: float


class WrongAnswer(Exception):
    pass


@contextlib.contextmanager
def running(logs: Path) -> Iterator[None]:
    with Supervisor(logs, os.environ) as supervisor:
        supervisor.start("web", "bin/web")
        _wait(supervisor)
        yield


def _wait(supervisor: Supervisor) -> None:
    until = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < until and supervisor.dead() is None:
        try:
            urllib.request.urlopen(f"{os.environ['SITE_URL']}/readyz", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the server did not start:\n{supervisor.last_words('web')}")


def fire(requests: list[Request], connections: int = CONNECTIONS) -> Heard:
    """Send them all. Raises WrongAnswer when one is answered otherwise than expected: then nothing was measured."""
    plan = {
        "port": int(os.environ["PORT"]),
        "connections": connections,
        "seconds": SECONDS,
        "requests": [[r.method, r.path, r.headers, r.body] for r in requests],
    }
    command = [sys.executable, "-m", "tools.bench.load"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        raise RuntimeError(f"the load generator failed:\n{done.stderr}")
    return _heard(json.loads(done.stdout), requests[0])


def _heard(result: dict[str, Any], request: Request) -> Heard:
    wrong = [status for status, _time, _meter in result["answers"] if status != request.expected]
    if wrong or len(result["answers"]) < 2:
        raise WrongAnswer(f"{request.method} {request.path}: {len(wrong)} wrong answers, such as {wrong[:1]}")
    times = [milliseconds for _status, milliseconds, _meter in result["answers"]]
    meters = [meter.split(";") for _status, _time, meter in result["answers"]]
    return Heard(
        rate=len(times) / result["seconds"],
        p50=median(times),
        p95=quantiles(times, n=20)[-1],
        queries=int(median(int(queries) for queries, _ms in meters)),
        server=median(float(milliseconds) for _queries, milliseconds in meters),
    )
