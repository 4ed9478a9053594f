"""Where the browser for tests is, and how it starts quietly."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
if os.geteuid() == 0:
    # Chromium's sandbox refuses root.
    FLAGS.append("--no-sandbox")


def find_chromium() -> str:
    for name in [os.environ.get("CHROMIUM", ""), *NAMES]:
        if name and (path := shutil.which(name)):
            return path
    downloads = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    if found := max(downloads, default=None):
        return str(found)
    raise RuntimeError("No Chromium found. On Debian: apt-get install chromium; or set CHROMIUM=/path")
