"""`make test`: the marked part on SQLite, then all of it on PostgreSQL, so that the last line counts all."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import system
from tools.chromium import find_chromium
from tools.stamps import ROOT
from tools.throwaway import postgres_folder

NOTHING_COLLECTED = 5


def main(arguments: list[str]) -> int:
    provide()
    spread = [] if arguments else ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "loadgroup"]
    with tempfile.TemporaryDirectory(prefix="jiedan-sqlite-") as folder:
        address = f"sqlite:///{folder}/db.sqlite3"
        print("-- on SQLite, what is marked for it", flush=True)
        on_sqlite, counted = pytest(["-m", "sqlite", *spread, *arguments], TEST_DATABASE_URL=address)
    print("-- on PostgreSQL, everything", flush=True)
    on_postgresql, _ = pytest([*spread, *arguments])
    if on_sqlite not in {0, NOTHING_COLLECTED}:
        # Said again at the end: the line above it counts PostgreSQL alone.
        print(f"-- on SQLite (see above):\n{counted}", flush=True)
        return on_sqlite
    return on_postgresql


def pytest(arguments: list[str], **env: str) -> tuple[int, str]:
    """Shows pytest's output as it comes; returns its exit code and its last line, the count."""
    command = [sys.executable, "-m", "pytest", *arguments]
    last = ""
    with subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.rstrip() or last
    return process.returncode, last


def provide() -> None:
    """Nothing is skipped for want of a service: what is missing is installed or asked for."""
    ready = system.install((*system.LIBRARIES, "gettext"), "PDF and translations")
    if postgres_folder() is None:
        ready &= system.install(("postgresql",), "a PostgreSQL server for the tests")
    ready &= chromium()
    if not ready:
        sys.exit("-- the tests need these; nothing was run")


def chromium() -> bool:
    try:
        find_chromium()
    except RuntimeError:
        pass
    else:
        return True
    if system.installable("chromium") and system.install(("chromium",), "a browser for the tests"):
        return True
    # Ubuntu has no such package, only a snap; Playwright brings one where its server is reachable.
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=False)
    return done.returncode == 0


if __name__ == "__main__":
    os.chdir(Path(ROOT))
    sys.exit(main(sys.argv[1:]))
