"""`make check`: everything that can be judged without running the tests. All are asked, then told."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tools import system
from tools.stamps import ROOT
from tools.unused_configuration import environment

BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "style": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "layers": ["lint-imports", "--no-logo"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "settings": ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
    "translations": ["python", "-m", "tools.translations", "check"],
    "types": ["mypy", "."],
}
# Said aloud: what is imported here has named the settings of production.
OF_THE_TRYOUT = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.demo"}


def main(names: list[str]) -> int:
    system.install(("gettext",), "checking the translations")
    failed = [name for name in names or CHECKS if not _passes(name)]
    print(f"-- failed: {', '.join(failed)}" if failed else "-- all checks passed")
    return 1 if failed else 0


def _passes(name: str) -> bool:
    program, *arguments = CHECKS[name]
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / program), *arguments],
        env=environment() if name == "settings" else OF_THE_TRYOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"-- {name}: {'ok' if done.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.0f} s)")
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
