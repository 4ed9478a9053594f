"""Roles and kinds of account (the codes of the regulations' actors)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    SALES = "sales", _("Sales")
    INSIDE_SALES = "inside_sales", _("Inside sales")
    SERVICE = "service", _("Customer service")
    ORDER_CENTER = "order_center", _("Order-processing centre")
    ENGINEERING = "engineering", _("Engineering")
    PRODUCTION = "production", _("Production")
    QUALITY = "quality", _("Quality")
    WAREHOUSE = "warehouse", _("Warehouse")
    LOGISTICS = "logistics", _("Logistics")
    PURCHASING = "purchasing", _("Purchasing")
    FINANCE = "finance", _("Finance")
    AFTERSALES = "aftersales", _("After-sales")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    SALES_DIRECTOR = "sales_director", _("Sales director")
    GENERAL_MANAGER = "general_manager", _("General manager")
    SUPERVISION = "supervision", _("Supervision")
    ADMIN = "admin", _("Administrator")
    PARTNER = "partner", _("Channel partner")


class Kind(TextChoices):
    STAFF = "staff", _("Staff")
    PARTNER = "partner", _("Partner")
    SYSTEM = "system", _("System")


STAFF_ROLES = frozenset(set(Role.values) - {Role.PARTNER})
MANAGERS = frozenset({Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.GENERAL_MANAGER})


class Language(TextChoices):
    ENGLISH = "en", "English"
    CHINESE = "zh-hans", "简体中文"
