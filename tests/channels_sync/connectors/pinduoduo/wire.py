"""Our line to a shop at Pinduoduo over scripted answers."""

from copy import deepcopy
from typing import Any

from channels_sync.connectors.pinduoduo.authorizer import PinduoduoAuthorizer
from channels_sync.connectors.pinduoduo.outbound import PinduoduoOutbound
from channels_sync.connectors.pinduoduo.puller import PinduoduoPuller
from channels_sync.connectors.pinduoduo.stock import PinduoduoStock
from tests.channels_sync.connectors import scripted

KEYS = {"client_id": "app-invented", "client_secret": "secret-invented"}
RECORDED = scripted.recorded("pinduoduo", "increment")["order_sn_increment_get_response"]
ERRORS = scripted.recorded("pinduoduo", "errors")


class Wire(scripted.Script):
    @property
    def puller(self) -> PinduoduoPuller:
        return PinduoduoPuller(
            credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock
        )

    @property
    def outbound(self) -> PinduoduoOutbound:
        return PinduoduoOutbound(
            credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock
        )

    @property
    def stock(self) -> PinduoduoStock:
        return PinduoduoStock(
            credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock
        )

    @property
    def authorizer(self) -> PinduoduoAuthorizer:
        return PinduoduoAuthorizer(credentials=KEYS, http=self.http)


def node(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a recorded order: 1 waits, 2 has a refund, 3 is shipped, 4 is under risk control."""
    rows = {row["order_sn"][-1]: row for row in RECORDED["order_sn_list"]}
    return {**deepcopy(rows[str(number)]), **changes}


def information(order: dict[str, Any]) -> dict[str, Any]:
    return {"order_info_get_response": {"order_info": order, "request_id": "demo"}}


def refusal(code: int, words: str = "") -> dict[str, Any]:
    error = {"error_code": code, "sub_code": str(code), "error_msg": words, "request_id": "r-1"}
    return {"error_response": error}


def done(root: str, **result: Any) -> dict[str, Any]:
    return {root: {"is_success": True, "request_id": "demo"} | result}
