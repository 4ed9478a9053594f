"""Remembers what was installed from which lock file, so that a second start installs nothing."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def digest(paths: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def is_current(stamp: Path, paths: Iterable[Path]) -> bool:
    return stamp.exists() and stamp.read_text() == digest(paths)


def mark(stamp: Path, paths: Iterable[Path]) -> None:
    """The stamp lies inside what it vouches for: deleting that deletes the stamp."""
    stamp.write_text(digest(paths))
