"""A face with Chinese glyphs for every PDF: the system's Noto Sans CJK (has a bold), else the packaged one."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn

SYSTEM_FAMILY = "Noto Sans CJK SC"
OWN_FAMILY = "Document"


@cache
def system_has_cjk() -> bool:
    if shutil.which("fc-list") is None:
        return False
    command = ["fc-list", SYSTEM_FAMILY, "family"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return bool(listed.stdout.strip())


def font_files() -> dict[str, Path]:
    return {} if system_has_cjk() else {"cjk.otf": pylopdf_fonts_zh_cn.sans_path()}


def font_rules() -> str:
    """CSS that sets the family of the page, and brings it along where the system has none.

    The system's is named, not fetched with @font-face and local(): that takes the first face of the collection,
    which is the Japanese one, and writes Chinese with Japanese strokes.
    """
    if system_has_cjk():
        return f'html {{ font-family: "{SYSTEM_FAMILY}", sans-serif; }}\n'
    face = f'@font-face {{ font-family: "{OWN_FAMILY}"; src: url("asset:cjk.otf"); }}\n'
    return face + f'html {{ font-family: "{OWN_FAMILY}", sans-serif; }}\n'
