"""Shopify writes one id in two ways: ``5000000000001`` and ``gid://shopify/Order/5000000000001``."""

from typing import Any

_PREFIX = "gid://shopify/"


def number(value: Any) -> str:
    """Return the digits of an id in either form; empty for none."""
    if value is None or isinstance(value, bool):
        return ""
    return str(value).rpartition("/")[2].partition("?")[0]


def gid(kind: str, digits: str) -> str:
    """Return the id as the GraphQL API wants it."""
    return f"{_PREFIX}{kind}/{digits}"
