from collections.abc import Iterator

import pytest

from tests.factories.warehouse import Floor
from tests.warehouse.services.books import assert_books_are_right


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    """A warehouse at work; whatever a test does there, the books must be right in the end."""
    yield Floor()
    assert_books_are_right()
