"""`make run`: web, worker and beat on one machine, configured by the environment alone."""

import os
import subprocess
import sys

from tools.stamps import ROOT
from tools.supervise import Stopped, Supervisor

SETTINGS = "config.settings.production"


def main() -> int:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", SETTINGS)}
    if not _usable(env) or not _prepared(env):
        return 1
    with Supervisor(ROOT / "var" / "log", env) as supervisor:
        try:
            for name in ("worker", "beat", "web"):
                supervisor.start(name, f"bin/{name}")
            print(f"-- serving on port {env.get('PORT') or 8000}; logs: {supervisor.logs}", flush=True)
            name = supervisor.wait()
            print(f"{supervisor.last_words(name)}\n-- {name} ended by itself", flush=True)
            return 1
        except Stopped:
            print("\n-- stopping", flush=True)
            return 0


def _usable(env: dict[str, str]) -> bool:
    """What is wrong with the variables, in sentences instead of a traceback."""
    code = (
        "import importlib, os, sys\n"
        "from django.core.exceptions import ImproperlyConfigured\n"
        "try: importlib.import_module(os.environ['DJANGO_SETTINGS_MODULE'])\n"
        "except ImproperlyConfigured as error: sys.exit(str(error))"
    )
    return subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0


def _prepared(env: dict[str, str]) -> bool:
    steps = (
        ["manage.py", "migrate", "--no-input"],
        ["manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
    )
    return all(subprocess.run([sys.executable, *step], env=env, check=False).returncode == 0 for step in steps)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
