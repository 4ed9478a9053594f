"""What the containers run, run here: not every machine has a Docker engine."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Start, eventually, get, healthy

pytestmark = [pytest.mark.deploy, pytest.mark.xdist_group("deploy")]


def test_the_web_process_answers_its_probes(deployment: dict[str, str], start: Start) -> None:
    start("web")
    site = f"http://127.0.0.1:{deployment['PORT']}"
    assert eventually(lambda: get(f"{site}/livez")[0] == 200)
    status, body = get(f"{site}/readyz")
    assert status == 200, body
    assert body.count('"ok"') == 4
    assert healthy("web", deployment)


def test_probes_are_not_sent_to_https_but_people_are(deployment: dict[str, str], start: Start) -> None:
    start("web")
    site = f"http://127.0.0.1:{deployment['PORT']}"
    assert eventually(lambda: get(f"{site}/livez")[0] == 200)
    status, _ = get(f"{site}/", Host="stranger.example.net")
    assert status == 400


def test_metrics_are_for_machines_inside(deployment: dict[str, str], start: Start) -> None:
    start("web")
    site = f"http://127.0.0.1:{deployment['PORT']}"
    assert eventually(lambda: get(f"{site}/livez")[0] == 200)
    assert get(f"{site}/metrics")[0] == 200
    assert get(f"{site}/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0] == 404


def test_the_worker_answers_a_ping(deployment: dict[str, str], start: Start) -> None:
    start("worker")
    assert eventually(lambda: healthy("worker", deployment))


def test_beat_starts_and_keeps_its_schedule(deployment: dict[str, str], start: Start) -> None:
    process = start("beat")
    folder = Path(deployment["BEAT_SCHEDULE_FILE"]).parent
    assert eventually(lambda: any(folder.glob("beat*[!g]")))
    assert healthy("beat", deployment)
    assert process.poll() is None
