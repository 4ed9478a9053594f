from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import subjects
        from core.models import ImportJob

        subjects.register(
            ImportJob, url="core:import-detail", visible_to=lambda user: ImportJob.objects.visible_to(user)
        )
