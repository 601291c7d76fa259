"""Let the garbage collector leave alone what lives as long as the run.

Modules and collected tests are millions of objects, and each full collection walks all of them
again: without this a third of collecting the tests and a tenth of running them goes there.
"""

import gc

import pytest

YOUNG = 20_000  # objects; a page or a service makes tens of thousands and drops nearly all

gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Collect again, but only what tests leave behind."""
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
    gc.enable()
