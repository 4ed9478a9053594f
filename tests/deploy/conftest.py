"""The entry commands of a deployment, started on this machine with a deployment's variables."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tools.throwaway import free_port, postgres, valkey
from tools.unused_configuration import environment

ROOT = Path(__file__).resolve().parent.parent.parent


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


OPENER = urllib.request.build_opener(Stay)
Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Services of its own: a worker must not take the other tests' work."""
    folder = tmp_path_factory.mktemp("deployment")
    with ExitStack() as stack:
        env = environment() | {
            "DATABASE_URL": stack.enter_context(postgres()),
            "REDIS_URL": stack.enter_context(valkey()),
            "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"),
            "BEAT_SCHEDULE_FILE": str(folder / "beat"),
            "PORT": str(free_port()),
            "WORKER_CONCURRENCY": "1",
            "WEB_WORKERS": "1",
            "LOGS": str(folder),
        }
        collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
        for step in (["bin/migrate"], collect):
            subprocess.run(step, cwd=ROOT, env=env, check=True)
        yield env


@pytest.fixture(scope="session")
def start(deployment: dict[str, str]) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def run(name: str) -> subprocess.Popen[bytes]:
        with Path(deployment["LOGS"], f"{name}.log").open("wb") as log:
            process = subprocess.Popen([f"bin/{name}"], cwd=ROOT, env=deployment, stdout=log, stderr=log)
        running.append(process)
        return process

    yield run
    for process in running:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="session")
def site(deployment: dict[str, str], start: Start) -> str:
    """The address of a web process that answers."""
    process = start("web")
    address = f"http://127.0.0.1:{deployment['PORT']}"
    answered = eventually(lambda: process.poll() is not None or get(f"{address}/livez")[0] == 200)
    assert answered and process.poll() is None, Path(deployment["LOGS"], "web.log").read_text()
    return address


def get(url: str, **headers: str) -> tuple[int, str]:
    """Status and body, redirects as they come."""
    request = urllib.request.Request(url, headers=headers)
    try:
        with OPENER.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


def eventually(condition: Callable[[], bool], *, seconds: float = 40) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            if condition():
                return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def healthy(name: str, env: dict[str, str]) -> bool:
    return subprocess.run(["bin/healthy", name], cwd=ROOT, env={**os.environ, **env}).returncode == 0
