"""The queue. Apps declare their work with `celery.shared_task` and never import this module."""

import os

from celery import Celery

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

broker.install()
app = Celery("jiedan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
