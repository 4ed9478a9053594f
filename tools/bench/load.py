"""The load generator, a process of its own: `python -m tools.bench.load < plan.json > result.json`.

Plain sockets kept open, a fixed number of requests shared out over a few connections; no more than that, so that
it takes little of the machine from the server it measures. Loopback only.
"""

import itertools
import json
import socket
import sys
import threading
import time
from typing import Any

PATIENCE = 30.0


def main() -> None:
    plan = json.load(sys.stdin)
    json.dump(run(plan), sys.stdout)


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Until the requests are used up or the time is."""
    answers: list[tuple[int, float, str]] = []
    turn = itertools.count()
    requests = [message(plan["port"], *request) for request in plan["requests"]]
    until = time.monotonic() + plan["seconds"]

    def work() -> None:
        connection = connected(plan["port"])
        while (place := next(turn)) < len(requests) and time.monotonic() < until:
            started = time.perf_counter()
            try:
                status, meter = exchange(connection, requests[place])
            except Closed:
                connection = connected(plan["port"])
                status, meter = exchange(connection, requests[place])
            answers.append((status, (time.perf_counter() - started) * 1000, meter))
        connection.close()

    started = time.perf_counter()
    workers = [threading.Thread(target=work) for _ in range(plan["connections"])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return {"seconds": time.perf_counter() - started, "answers": answers}


class Closed(Exception):
    """A web process that has served its number of requests closed the connection before it read this one."""


def connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection: socket.socket, request: bytes) -> tuple[int, str]:
    try:
        connection.sendall(request)
        return answer(connection)
    except (BrokenPipeError, ConnectionResetError):
        raise Closed from None


def message(port: int, method: str, path: str, headers: dict[str, str], body: str) -> bytes:
    content = body.encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept-Language: en"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode() + content


def answer(connection: socket.socket) -> tuple[int, str]:
    """(status, what the meter said). Our pages say how long they are; nothing here is chunked."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _blank, body = received.partition(b"\r\n\r\n")
    status, _line, rest = head.partition(b"\r\n")
    headers = dict(line.split(": ", 1) for line in rest.decode("latin-1").split("\r\n"))
    headers = {name.lower(): value for name, value in headers.items()}
    missing = int(headers["content-length"]) - len(body)
    while missing > 0:
        missing -= len(_more(connection))
    return int(status.split()[1]), headers.get("x-bench", "")


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(262144)
    if not part:
        raise Closed
    return part


if __name__ == "__main__":
    main()
