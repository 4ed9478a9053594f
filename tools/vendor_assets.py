"""Copies what the pages load from node_modules to static/vendor: few files, no bundler."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler/tabler.min.js",
    "chart.js/dist/chart.umd.js": "chartjs/chart.umd.js",
}
# Outline icons by name, listed by whoever writes the templates.
ICON_LIST = ROOT / "static" / "icons.txt"

# The manifest storage looks for the map a comment names, and there is none.
SOURCE_MAP = re.compile(rb"(?m)^\s*(/\*|//)[#@] sourceMappingURL=.*$\n?")


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in FILES.items():
        _copy(MODULES / source, VENDOR / target)
    for name in _icons():
        _copy(MODULES / "@tabler/icons/icons/outline" / f"{name}.svg", VENDOR / "icons" / f"{name}.svg")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))


def _icons() -> list[str]:
    if not ICON_LIST.exists():
        return []
    lines = (line.split("#")[0].strip() for line in ICON_LIST.read_text().splitlines())
    return sorted({line for line in lines if line})


if __name__ == "__main__":
    main()
