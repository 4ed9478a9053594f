"""What the environment says, read once per process."""

import os
from pathlib import Path
from typing import Any

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent

values: dict[str, Any] = env.read(os.environ)
