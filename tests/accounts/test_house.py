"""What belongs to the house is for its staff: a partner, who signs in too, sees none of it (R13.7)."""

from typing import Any

import pytest
from django.apps import apps

from accounts.choices import Role
from accounts.models import system_user
from accounts.querysets import HouseQuerySet
from tests.factories import make_partner, make_product, make_user, person
from tests.fulfillment.factories import make_carrier, make_disruption

pytestmark = [pytest.mark.django_db, pytest.mark.req("R13.7")]


def test_the_house_is_its_staffs():
    make_product(stock=1), make_carrier(), make_disruption()
    own = [m for m in apps.get_models() if isinstance(m._default_manager.all(), HouseQuerySet)]
    seen = [model for model in own if model._default_manager.exists()]
    assert len(seen) >= 3
    for model in seen:
        rows: Any = model._default_manager.all()
        assert rows.visible_to(person(Role.WAREHOUSE)).exists() and rows.visible_to(system_user()).exists()
        assert not rows.visible_to(make_partner().user).exists(), model
        assert not rows.visible_to(make_user()).exists(), model
