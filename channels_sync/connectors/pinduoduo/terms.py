"""Until when Pinduoduo waits for us: its list does not tell, the single request does.

``expire_time`` of pdd.refund.information.get, in epoch milliseconds, and only while the merchant
is asked (open.pinduoduo.com, as of November 2025).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo.api import Api
from channels_sync.connectors.tokens import TokenSource
from channels_sync.dto import Unreadable
from oms.dto import RefundStage
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
REQUEST = "pdd.refund.information.get"
TERM = "expire_time"


def with_terms(api: Api, rows: Sequence[Node], tokens: TokenSource) -> list[Node]:
    """Return the rows, those that wait for the merchant with their term.

    :raises IntegrationError: if the platform is out of reach; a request whose term it does not
        tell is worth reading all the same
    """
    return [_with_term(api, row, tokens) if _waits(row) else row for row in rows]


def _with_term(api: Api, row: Node, tokens: TokenSource) -> Node:
    params = {"after_sales_id": str(row.get("id")), "order_sn": str(row.get("order_sn"))}
    try:
        told = api.ask(REQUEST, params, dict, tokens=tokens)
    except IntegrationError as error:
        # An answer of a shape that no document shows would stop the requests themselves for ever.
        if error.kind is not ErrorKind.FATAL and error.code != "malformed":
            raise
        return row
    return {**row, TERM: told.get(TERM)}


def _waits(row: Node) -> bool:
    try:
        status = Loose(row).whole("after_sales_status")
    except Unreadable:
        return False
    return codes.REFUND_STAGES.get(status) is RefundStage.WAIT_MERCHANT
