import pytest
from rest_framework.test import APIClient

from customers.models import Partner
from tests.api.factories import client_of, make_account


@pytest.fixture
def partner(db: None) -> Partner:
    return make_account()


@pytest.fixture
def api(partner: Partner) -> APIClient:
    """The partner's own program."""
    return client_of(partner)
