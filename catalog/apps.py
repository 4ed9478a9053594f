from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue and stock")

    def ready(self) -> None:
        from catalog.models import Product
        from core import subjects

        subjects.register(
            Product,
            url="catalog:product-detail",
            visible_to=lambda user: Product.objects.visible_to(user),
        )
