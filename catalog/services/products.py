"""Acts on the product list."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.acts import act
from accounts.choices import Role
from accounts.models import User
from catalog.models import Product
from core import audit
from core.errors import DomainError

# Who reads what a unit costs the company: whoever may write it, and those who judge prices.
READ_COST = frozenset({
    Role.ADMIN, Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.ORDER_CENTER, Role.FINANCE, Role.GENERAL_MANAGER,
})  # fmt: skip
HIDDEN = "***"
PHRASES = (gettext_noop("Product created"), gettext_noop("Product changed"))
EDITABLE = (
    "code", "name", "name_en", "family", "specification", "unit", "currency",
    "list_price", "floor_price", "cost_price", "lead_time_days", "is_active",
)  # fmt: skip


@act("catalog.save_product", roles={Role.ADMIN, Role.SALES_MANAGER, Role.SALES_DIRECTOR, Role.ORDER_CENTER})
def save_product(*, product: Product, values: dict[str, Any], by: User) -> Product:
    """Create or change a product; prices per unit in its currency.

    Raises DomainError(code "invalid") with the errors by field.
    """
    if product.pk is not None:
        product = Product.objects.select_for_update().get(pk=product.pk)
    before = {} if product.pk is None else {name: getattr(product, name) for name in EDITABLE}
    for name in EDITABLE:
        if name in values:
            setattr(product, name, values[name])
    product.refresh_search_text()
    try:
        product.full_clean()
    except ValidationError as error:
        raise DomainError("invalid", _("Please correct the marked fields."), fields=error.message_dict) from error
    product.save()
    changes = {
        name: [_plain(name, before.get(name)), _plain(name, getattr(product, name))]
        for name in EDITABLE
        if before.get(name) != getattr(product, name) and (before or getattr(product, name) not in ("", None))
    }
    if changes:
        audit.record("product.changed" if before else "product.created", product, by=by, changes=changes)
    return product


def _plain(name: str, value: Any) -> Any:
    if name == "cost_price" and value is not None:
        return HIDDEN  # the timeline is read by everybody who sees the product
    return value if isinstance(value, bool) else "" if value is None else str(value)
