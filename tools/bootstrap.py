"""Makes .venv, node_modules and static/vendor from the lock files: `bootstrap.py run|dev`.

Runs on any Python 3.11 or later with nothing installed, so: standard library only.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import system  # noqa: E402
from tools.stamps import is_current, mark  # noqa: E402
from tools.system import say  # noqa: E402

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = ROOT / "var" / "log" / "install.log"


def main(purpose: str) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    system.install(system.LIBRARIES, "PDF documents, with bold Chinese")
    make_environment()
    requirements("requirements-dev.txt" if purpose == "dev" else "requirements.txt")
    front_end()


def make_environment() -> None:
    # A link to a Python that was removed does not exist either.
    if PYTHON.exists() and (VENV / "bin" / "pip").exists():
        return
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    if not (_with_pip() or _with_pip_from_outside()):
        sys.exit("-- Python has no venv module here. Please run: sudo apt-get install python3-venv")


def _with_pip() -> bool:
    try:
        import ensurepip  # noqa: F401, PLC0415
    except ImportError:
        # Debian and Ubuntu ship it apart, in a package named after the exact version.
        package = f"python3.{sys.version_info.minor}-venv"
        if system.privilege() is None or not system.install((package,), "virtual environments"):
            return False
    # A child, because this process has already found ensurepip missing.
    return run([sys.executable, "-m", "venv", VENV])


def _with_pip_from_outside() -> bool:
    """The machine's own pip, where there is one, can fill an environment that has none."""
    venv.create(VENV, with_pip=False, clear=True)
    return run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip"])


def requirements(name: str) -> None:
    lock = ROOT / name
    stamp = VENV / f".{name}.sha256"
    if is_current(stamp, [lock]):
        return
    say(f"installing Python packages from {name}")
    need([PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "-r", lock])
    mark(stamp, [lock])
    # What runs from .venv/bin finds the project whatever the working directory is.
    for folder in (VENV / "lib").glob("python3*/site-packages"):
        (folder / "jiedan.pth").write_text(f"{ROOT}\n")


def front_end() -> None:
    lock = [ROOT / "package-lock.json"]
    installed = ROOT / "node_modules" / ".sha256"
    if not is_current(installed, lock):
        say("installing front-end packages from package-lock.json")
        need([*npm(), "ci", "--ignore-scripts"])
        mark(installed, lock)
    choice = [*lock, *(ROOT / "tools" / name for name in ("vendor_assets.py", "icon_sprite.py", "icons.txt"))]
    copied = ROOT / "static" / "vendor" / ".sha256"
    if not is_current(copied, choice):
        need([PYTHON, "-m", "tools.vendor_assets"])
        mark(copied, choice)


def npm() -> list[str | Path]:
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    inside = VENV / "bin" / "npm"
    if not inside.exists():
        say("there is no npm here: installing one into .venv")
        lock = ROOT / "requirements-node.txt"
        need([PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "-r", lock])
    return [inside]


def run(command: list[str | Path]) -> bool:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    with LOG.open("ab") as output:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, "PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            stdout=output,
            stderr=output,
            check=False,
        )
    return done.returncode == 0


def need(command: list[str | Path]) -> None:
    if not run(command):
        tail = "\n".join(LOG.read_text(errors="replace").splitlines()[-25:])
        words = " ".join(str(part) for part in command)
        sys.exit(f"{tail}\n-- This failed: {words}\n-- The whole log: {LOG}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
