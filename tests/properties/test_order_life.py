"""Whatever happens to orders, in whatever order, the books add up and nobody is forgotten."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.order_machine import OrderLife

EXAMPLES, STEPS = 20, 40


@pytest.mark.property
@pytest.mark.django_db
def test_books_add_up_and_nobody_is_forgotten() -> None:
    run_state_machine_as_test(
        OrderLife,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
