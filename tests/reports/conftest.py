import pytest

from accounts.models import User
from tests.factories import make_user


@pytest.fixture
def manager(db: None) -> User:
    return make_user("sales_manager")
