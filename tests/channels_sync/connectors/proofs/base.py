"""What the proofs share."""

from collections.abc import Mapping
from typing import Any

Inputs = Mapping[str, Any]


class UnknownAlgorithm(Exception):
    """A vector of an algorithm that nobody proves: it must fail, not be passed over."""

    def __init__(self, inputs: Inputs) -> None:
        super().__init__(f"{inputs.get('algo')!r} with {sorted(inputs)}")
