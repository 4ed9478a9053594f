"""System packages: installed when we may, else named in one line for somebody who may.

Runs on the system's own Python, before anything is installed: standard library only.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# What WeasyPrint draws with, and a font that has bold Chinese.
LIBRARIES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-cjk")
LINE = "apt-get update && apt-get install -y --no-install-recommends"

LOG = Path(__file__).resolve().parent.parent / "var" / "log" / "apt.log"

_refreshed = False


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


def missing(packages: tuple[str, ...]) -> list[str]:
    if not shutil.which("dpkg-query"):
        return []  # Not Debian: whoever set the machine up knows better than a list of Debian names.
    asked = ["dpkg-query", "-W", "-f", "${Package}:${db:Status-Status}\n", *packages]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    installed = {line.partition(":")[0] for line in answer.splitlines() if line.endswith(":installed")}
    return [name for name in packages if name not in installed]


def privilege() -> list[str] | None:
    """How to become root without asking for a password; None when that is not possible."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def installable(package: str) -> bool:
    """Whether the archive has the package itself, not a door to another shop (Ubuntu's snaps)."""
    if not shutil.which("apt-cache"):
        return False
    _refresh()
    answer = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False).stdout
    candidate = next((line for line in answer.splitlines() if "Candidate:" in line), "")
    return bool(candidate) and "(none)" not in candidate and "snap" not in candidate


def install(packages: tuple[str, ...], purpose: str) -> bool:
    """True when they are there at the end."""
    wanted = missing(packages)
    if not wanted:
        return True
    root = privilege()
    if root is not None:
        say(f"installing {' '.join(wanted)} ({purpose})")
        if _apt_get(root, wanted):
            return True
    say(f"{purpose}: please run  sudo sh -c '{LINE} {' '.join(wanted)}'")
    return False


def _apt_get(root: list[str], packages: list[str]) -> bool:
    _refresh()
    done = _run(root, "install", "--no-install-recommends", *packages)
    if not done:
        say(f"apt-get could not install {' '.join(packages)}; see {LOG}")
    return done


def _refresh() -> None:
    """A fresh machine knows no packages; asking once per run is enough."""
    global _refreshed
    root = privilege()
    if root is not None and not _refreshed:
        _run(root, "update")
        _refreshed = True


def _run(root: list[str], verb: str, *arguments: str) -> bool:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    # Waits for another apt-get instead of failing on its lock.
    options = ("-q", "-y", "-o", "DPkg::Lock::Timeout=300")
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8")
    with LOG.open("ab") as output:
        command = [*root, *quiet, "apt-get", *options, verb, *arguments]
        return subprocess.run(command, stdout=output, stderr=output, check=False).returncode == 0
