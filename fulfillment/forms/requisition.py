"""The forms that are signed in order: one class, with the fields its kind asks for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from core.forms import AmountField, DateField, WordsField
from fulfillment.choices import RequisitionKind
from fulfillment.services.requisitions import ASKED, NodeSpec
from orders.choices import OrderStatus
from orders.models import Order

NODES = 6
OF_NODES = ("role_", "task_", "due_")
NODE_ROLES = (Role.ENGINEERING, Role.PURCHASING, Role.PRODUCTION, Role.QUALITY, Role.WAREHOUSE, Role.LOGISTICS)
LABELS = {
    RequisitionKind.DEMAND_PLAN: {
        "title": _("New product"), "wanted_date": _("To be dispatched by"), "reason": _("Customer or market, and why"),
    },
    RequisitionKind.CHANGE_NOTICE: {
        "title": _("What is changed"), "description": _("Before and after"), "wanted_date": _("In force from"),
    },
    RequisitionKind.OUTSOURCING: {"title": _("Product to buy in"), "reason": _("Why it cannot be made here")},
}  # fmt: skip


class OrderNumberField(forms.CharField):
    """An order by its number, among those the writer may see."""

    orders: Any = Order.objects.none()

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        if not number:
            return None
        found = self.orders.filter(number=number.strip()).first()
        if found is None:
            raise forms.ValidationError(_("There is no order %(number)s."), params={"number": number})
        return found


class RequisitionForm(forms.Form):
    order = OrderNumberField(label=_("Order"), help_text=_("Its number; it is in production."), max_length=30)
    title = forms.CharField(label=_("Product"), max_length=200)
    specification = forms.CharField(label=_("Specification"), max_length=200)
    quantity = AmountField(label=_("Quantity"), max_digits=14, decimal_places=3)
    unit = forms.CharField(label=_("Unit"), max_length=20, initial="台")
    wanted_date = DateField(label=_("Wanted by"))
    supplier = forms.CharField(label=_("Supplier"), max_length=120)
    amount = AmountField(label=_("Estimated cost"), max_digits=16, decimal_places=2)
    description = WordsField(label=_("What is asked for"), max_length=4000)
    reason = WordsField(label=_("Reason"), max_length=2000)

    def __init__(self, *args: Any, kind: str, orders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].orders = orders.filter(status=OrderStatus.IN_PRODUCTION)  # type: ignore[attr-defined]
        for name in [name for name in self.fields if name not in ASKED[kind]]:
            del self.fields[name]
        for name, label in LABELS[RequisitionKind(kind)].items():
            self.fields[name].label = label
        self.has_nodes = kind == RequisitionKind.DEMAND_PLAN
        for number in range(NODES if self.has_nodes else 0):
            self._add_node(number)

    def _add_node(self, number: int) -> None:
        choices = [("", "–"), *((role, Role(role).label) for role in NODE_ROLES)]
        self.fields[f"role_{number}"] = forms.ChoiceField(label=_("Department"), choices=choices, required=False)
        self.fields[f"task_{number}"] = forms.CharField(label=_("What is to be done"), max_length=200, required=False)
        self.fields[f"due_{number}"] = DateField(label=_("Until"), required=False)

    def main(self) -> list[forms.BoundField]:
        return [bound for bound in self if not bound.name.startswith(OF_NODES)]

    def node_rows(self) -> list[list[forms.BoundField]]:
        names = ("role", "task", "due")
        return [[self[f"{name}_{n}"] for name in names] for n in range(NODES)] if self.has_nodes else []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(NODES if self.has_nodes else 0):
            given = {name: data.get(f"{name}_{number}") for name in ("role", "task", "due")}
            if any(given.values()):
                for name, value in given.items():
                    if not value:
                        self.add_error(f"{name}_{number}", _("Required."))
                if any(self._same(data, number, other) for other in range(number)):
                    self.add_error(f"task_{number}", _("This department has the same work above."))
        return data

    @staticmethod
    def _same(data: dict[str, Any], number: int, other: int) -> bool:
        role, task = data.get(f"role_{number}"), data.get(f"task_{number}")
        return bool(role and task) and (role, task) == (data.get(f"role_{other}"), data.get(f"task_{other}"))

    def values(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.cleaned_data.items() if not name.startswith(("role_", "task_", "due_"))
        }

    def nodes(self) -> list[NodeSpec]:
        found = []
        for number in range(NODES if self.has_nodes else 0):
            role, task, due = (self.cleaned_data.get(f"{name}_{number}") for name in ("role", "task", "due"))
            if role and task and isinstance(due, date):
                found.append(NodeSpec(role, task, due))
        return found


class DispatchDateForm(forms.Form):
    dispatch_date = DateField(label=_("Dispatch date"))


class BoughtForm(forms.Form):
    note = forms.CharField(label=_("Purchase order"), max_length=200)
