"""Open what a WooCommerce shop answers.

A refusal is an HTTP status with a JSON body of code and message. HTML, whatever its status, comes
from something in front of the shop or from a plugin that broke it: trouble that passes.
"""

import json
from decimal import Decimal
from typing import Any

from channels_sync.connectors.woocommerce import codes
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

READ_HERE = frozenset({400, 401, 403, 404, 405, 409, 410, 501})


def open_answer(response: HttpResponse) -> Any:
    """Return the decoded body, its fractions as Decimal: prices are written as numbers.

    :raises IntegrationError: in the shop's words
    """
    if response.status in READ_HERE:
        raise _refused(response)
    try:
        return json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise malformed("WooCommerce 的应答不是 JSON（可能是网页），结果未知") from None


def refusal(code: str, words: str) -> IntegrationError:
    """Build the error for a code and its words."""
    return IntegrationError(words[:300] or code, kind=_kind(code, words), code=code)


def _refused(response: HttpResponse) -> IntegrationError:
    try:
        told = json.loads(response.content)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not told.get("code"):
        return IntegrationError(
            f"店铺网站返回了网页而不是接口应答（HTTP {response.status}）",
            kind=ErrorKind.RETRY,
            code=f"http:{response.status}",
        )
    return refusal(str(told["code"]), str(told.get("message") or ""))


def _kind(code: str, words: str) -> ErrorKind:
    if code == codes.NOT_PROVED:
        is_passing = any(word in words.lower() for word in codes.PASSING_WORDS)
        return ErrorKind.RETRY if is_passing else ErrorKind.REAUTHORIZE
    return ErrorKind.REAUTHORIZE if code in codes.NOT_ALLOWED else ErrorKind.FATAL
