from collections.abc import Iterator

import pytest

from tests.factories.returned import Dock
from tests.warehouse.services.books import assert_books_are_right


@pytest.fixture
def dock(db: None) -> Iterator[Dock]:
    """A place for returns; whatever a test does there, the books must be right in the end."""
    made = Dock()
    made.place()
    yield made
    assert_books_are_right()
