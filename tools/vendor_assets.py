"""Copies what the pages load from node_modules to static/vendor: few files, no bundler."""

import re
import shutil
from pathlib import Path

from tools import icon_sprite

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "chart.js/dist/chart.umd.js": "chartjs/chart.umd.js",
}
# The manifest storage looks for the map a comment names, and there is none.
SOURCE_MAP = re.compile(rb"(?m)^\s*(/\*|//)[#@] sourceMappingURL=.*$\n?")


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        _copy(MODULES / source, VENDOR / target)
    icon_sprite.build(MODULES / "@tabler/icons/icons/outline", VENDOR / "icons.svg")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))


if __name__ == "__main__":
    main()
