from collections.abc import Iterator

import pytest

from tests.factories.warehouse import Floor
from tests.warehouse.services.books import assert_books_are_right


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    yield Floor()
    assert_books_are_right()
