from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Carries the project-wide commands (demo data, configuration table)."""

    name = "config"
    verbose_name = "Jiedan"
