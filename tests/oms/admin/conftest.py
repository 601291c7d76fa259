"""The world of the pages' tests."""

import pytest

from tests.oms.admin.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()
