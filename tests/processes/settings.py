"""For the workers and beats these tests start: the tests' database, a broker of their own, a hurried clock."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403
from config.settings.test import CELERY_BEAT_SCHEDULE, CELERY_BROKER_TRANSPORT_OPTIONS

FOLDER = Path(os.environ["PROCESSES_FOLDER"])
MEDIA_ROOT = FOLDER / "media"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = FOLDER / "mail"

# Every second what beat asks for every minute. The night's work stays away.
CELERY_BEAT_SCHEDULE = {
    name: {"task": entry["task"], "schedule": 1, "options": {"expires": 60}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if isinstance(entry["schedule"], int)
}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SYNC_EVERY = 0
# What a killed worker held comes back after seconds, and what works slowly is handed out twice: more to bear.
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 5}
CELERY_IMPORTS = ("tests.processes.inside_worker",)
