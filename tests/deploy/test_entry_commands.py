"""What the containers run, run here: not every machine has a Docker engine."""

from pathlib import Path

import pytest

from tests.deploy.conftest import Start, eventually, get, healthy

pytestmark = [pytest.mark.deploy, pytest.mark.xdist_group("deploy")]


def test_the_web_process_answers_its_probes(deployment: dict[str, str], site: str) -> None:
    status, body = get(f"{site}/readyz")
    assert status == 200, body
    assert body.count('"ok"') == 5
    assert healthy("web", deployment)


def test_a_host_that_is_not_ours_is_refused(site: str) -> None:
    assert get(f"{site}/", Host="stranger.example.net")[0] == 400


def test_people_are_sent_to_https_and_those_who_came_by_it_are_let_in(site: str) -> None:
    refused = get(f"{site}/accounts/login/", Host="orders.example.com")
    assert refused[0] == 301
    welcome = {"Host": "orders.example.com", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    status, page = get(f"{site}/accounts/login/", **welcome)
    assert status == 200
    assert "csrfmiddlewaretoken" in page


def test_metrics_are_for_machines_inside(site: str) -> None:
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
