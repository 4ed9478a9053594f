"""One file with every icon the pages use, drawn with `<use href="…/icons.svg#name">`."""

import re
from pathlib import Path

LIST = Path(__file__).with_name("icons.txt")
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def names() -> list[str]:
    lines = LIST.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def symbol(name: str, folder: Path) -> str:
    drawn = BODY.search((folder / f"{name}.svg").read_text())
    if drawn is None:
        raise ValueError(f"{name}.svg holds no drawing")
    body = re.sub(r"\s*\n\s*", "", drawn[1].replace(FRAME, ""))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>'


def build(folder: Path, target: Path) -> None:
    """Draw the icons of icons.txt from Tabler's `icons/outline` folder into `target`."""
    symbols = "\n".join(symbol(name, folder) for name in names())
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n')
