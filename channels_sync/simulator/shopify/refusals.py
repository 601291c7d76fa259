"""How a mutation says that it did nothing."""

from collections.abc import Sequence
from typing import Any


class UserError(Exception):
    """``told`` stands in userErrors."""

    def __init__(self, text: str, told: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(text)
        self.told = list(told) or [user_error(text)]


def user_error(text: str, *path: str, code: str | None = None) -> dict[str, Any]:
    """Write one entry of userErrors; ``path`` leads to the value that is wrong."""
    return {"field": ["input", *path], "message": text, "code": code}
