"""Every sentence has its Chinese: `translations.py check` proves it, `update` collects new sentences."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tools.stamps import ROOT

LANGUAGE = "zh_Hans"
FOLDER = Path("locale") / LANGUAGE / "LC_MESSAGES"
IGNORED = ("tests/*", "tools/*", "var/*", "node_modules/*", "static/vendor/*", "staticfiles/*", ".venv/*")

Key = tuple[str | None, str, str]


def main(command: str) -> int:
    if command == "update":
        collect(ROOT)
        build(ROOT)
    problems = check()
    print("\n".join(problems) or "every sentence is translated, and the compiled files are current")
    return 1 if problems else 0


def check() -> list[str]:
    if not (ROOT / FOLDER / "django.mo").exists():
        return [f"{FOLDER}/django.mo is missing (make translations)"]
    catalog = polib.pofile(str(ROOT / FOLDER / "django.po"))
    problems = [f"not translated: {entry.msgid!r}" for entry in catalog.untranslated_entries()]
    problems += [f"marked as doubtful: {entry.msgid!r}" for entry in catalog.fuzzy_entries()]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "source"
        _copy_sources(copy)
        collect(copy)
        wanted = {_key(entry) for entry in polib.pofile(str(copy / FOLDER / "django.po")) if not entry.obsolete}
    kept = {_key(entry) for entry in catalog if not entry.obsolete}
    problems += [f"missing in the catalog (make translations): {key[1]!r}" for key in sorted(wanted - kept, key=str)]
    problems += [f"no longer in the source (make translations): {key[1]!r}" for key in sorted(kept - wanted, key=str)]
    return problems + _stale()


def collect(root: Path) -> None:
    """makemessages without line numbers: a moved line is no change to a translation."""
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    ignored = [f"--ignore={pattern}" for pattern in IGNORED]
    options = ["--locale", LANGUAGE, "--no-location", "--no-obsolete", "--no-wrap", *ignored]
    # django-admin, not manage.py: collecting needs no database, no broker, no apps.
    program = str(Path(sys.executable).parent / "django-admin")
    env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run([program, "makemessages", *options], cwd=root, env=env, check=True, capture_output=True)


def build(root: Path) -> None:
    """This catalog alone; compilemessages would go through every package that lies below."""
    subprocess.run(["msgfmt", "--check-format", "-o", "django.mo", "django.po"], cwd=root / FOLDER, check=True)


def _copy_sources(target: Path) -> None:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    for name in names:
        if Path(name).suffix in {".py", ".html", ".txt", ".po"} and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target / name)


def _stale() -> list[str]:
    """The compiled file is what runs, so it must say what the readable one says."""
    written = {
        _key(entry): _text(entry) for entry in polib.pofile(str(ROOT / FOLDER / "django.po")) if entry.translated()
    }
    compiled = {_key(entry): _text(entry) for entry in polib.mofile(str(ROOT / FOLDER / "django.mo"))}
    return [] if written == compiled else ["django.mo is not what django.po says (make translations)"]


def _key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return entry.msgctxt or None, entry.msgid, entry.msgid_plural or ""


def _text(entry: polib.POEntry | polib.MOEntry) -> tuple[str, ...]:
    plural = tuple(text for _, text in sorted(entry.msgstr_plural.items()))
    return plural or (entry.msgstr,)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "check"))
