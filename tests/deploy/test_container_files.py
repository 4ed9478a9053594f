"""The Dockerfile and the compose file, read as what they promise."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import env

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "web", "worker", "beat")


def test_the_compose_file_brings_up_everything() -> None:
    assert set(SERVICES) == {"database", "redis", "proxy", *OURS}


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_every_service_that_stays_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root(name: str) -> None:
    assert SERVICES[name]["user"] not in {"root", "0", 0}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_compose_file(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"KEY|PASSWORD|TOKEN|_URL", variable) and "://redis:" not in str(value):
            assert "${" in value, variable


def test_the_compose_file_gives_every_variable_without_a_default() -> None:
    required = {variable.name for variable in env.VARIABLES if variable.default is env.REQUIRED}
    given = set(SERVICES["web"]["environment"]) | set(re.findall(r"(\w+)=", DOCKERFILE))
    assert required <= given


def test_the_compose_file_names_only_variables_that_exist() -> None:
    assert set(SERVICES["web"]["environment"]) <= {variable.name for variable in env.VARIABLES}


@pytest.mark.parametrize("name", OURS)
def test_containers_run_commands_that_exist(name: str) -> None:
    program = ROOT / SERVICES[name]["command"][0]
    assert program.stat().st_mode & 0o111, program


def test_data_outlives_containers() -> None:
    mounted = {mount.split(":")[0] for service in SERVICES.values() for mount in service["volumes"]}
    assert set(COMPOSE["volumes"]) <= mounted


def test_the_image_runs_as_somebody_without_rights() -> None:
    users = re.findall(r"(?m)^USER (\S+)", DOCKERFILE)
    assert users[-1:] == ["jiedan"]


def test_the_image_installs_only_what_is_locked() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert "npm ci" in DOCKERFILE


def test_what_the_image_copies_exists() -> None:
    for sources in re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", DOCKERFILE):
        assert all((ROOT / source).exists() for source in sources.split()), sources


def test_the_proxy_hides_metrics_and_passes_on_who_asks() -> None:
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert re.search(r"location = /metrics \{ return 404; \}", proxy)
    assert "X-Forwarded-For $proxy_add_x_forwarded_for" in proxy
