from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue and stock")

    def ready(self) -> None:
        from catalog.models import Product, StockCount, Warehouse
        from core import subjects

        subjects.register(
            Product,
            url="catalog:product-detail",
            visible_to=lambda user: Product.objects.visible_to(user),
        )
        subjects.register(
            StockCount,
            url="catalog:count-detail",
            visible_to=lambda user: StockCount.objects.visible_to(user),
        )
        subjects.register(Warehouse, visible_to=lambda user: Warehouse.objects.visible_to(user))
