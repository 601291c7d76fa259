from collections.abc import Iterator

import pytest
from django.utils import translation

from oms.models import User
from tests.factories.oms import UserFactory


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Texts are checked as they stand in the code, whatever the catalogue says today."""
    with translation.override("en"):
        yield


@pytest.fixture
def root(db: None) -> User:
    user: User = UserFactory.create(superuser=True)
    return user
