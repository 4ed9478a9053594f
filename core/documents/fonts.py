"""A face with Chinese glyphs for every PDF: the system's Noto Sans CJK (has a bold), else the packaged one."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn

FAMILY = "Noto Sans CJK SC"


@cache
def system_has_cjk() -> bool:
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(
        ["fc-list", FAMILY, "family"], capture_output=True, text=True, check=False, timeout=30
    )
    return bool(listed.stdout.strip())


def font_files() -> dict[str, Path]:
    return {} if system_has_cjk() else {"cjk.otf": pylopdf_fonts_zh_cn.sans_path()}


def font_faces() -> str:
    """CSS that makes the family `Document` in regular and bold."""
    if system_has_cjk():
        return _face("normal", f'local("{FAMILY}")') + _face("bold", f'local("{FAMILY} Bold")')
    return _face("normal", 'url("asset:cjk.otf")')


def _face(weight: str, source: str) -> str:
    return f'@font-face {{ font-family: "Document"; font-weight: {weight}; src: {source}; }}\n'
