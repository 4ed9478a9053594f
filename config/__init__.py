"""The project around the apps: settings, addresses, queue. No app imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
