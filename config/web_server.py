"""The web process. Its variables are checked by config/env.py before the first request."""

import os
import tempfile
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

from config.collector import settle

bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or '8000'}"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
worker_class = "gthread"
control_socket_disable = True
# Loaded once and shared: half the start, half the memory. Nothing opens a connection while loading.
preload_app = True
# A slow page is refused by the database after STATEMENT_TIMEOUT; this is for a process that hangs.
timeout = 60
graceful_timeout = 20
# Against slow leaks; the spread keeps the processes from restarting together.
max_requests = 5000
max_requests_jitter = 500
# Heartbeats on a disk can block; memory cannot.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
accesslog = None
errorlog = "-"

# Each process writes its figures here; /metrics adds them up.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="jiedan-metrics-"))


def on_starting(server: Any) -> None:
    for left_over in Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).glob("*.db"):
        left_over.unlink()


def child_exit(server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)


def when_ready(server: Any) -> None:
    settle()
