from typing import Any

from django import template
from django.conf import settings

from accounts.choices import Kind
from accounts.models import User

register = template.Library()


@register.simple_tag
def demo_accounts() -> list[Any]:
    """The invented people of the try-out; nobody anywhere else."""
    if not settings.DEMO:
        return []
    people = User.objects.filter(kind=Kind.STAFF, is_active=True, role_assignments__isnull=False)
    return list(people.prefetch_related("role_assignments").distinct().order_by("pk")[:24])
