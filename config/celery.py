"""The queue. Apps declare their work with `celery.shared_task` and never import this module."""

import os

from celery import Celery, signals

from config import broker, collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

broker.install()
app = Celery("jiedan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect  # before the processes are forked
def _settle(**_kwargs: object) -> None:
    collector.settle()
