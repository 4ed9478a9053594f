"""Collects the static files while an image is built, when no real configuration is there yet."""

import subprocess
import sys

from tools.stamps import ROOT
from tools.unused_configuration import environment

if __name__ == "__main__":
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    sys.exit(subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode)
