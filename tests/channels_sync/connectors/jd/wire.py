"""Our line to a shop at JD over scripted answers."""

import json
from copy import deepcopy
from typing import Any

from channels_sync.connectors.jd.authorizer import JdAuthorizer
from channels_sync.connectors.jd.outbound import JdOutbound
from channels_sync.connectors.jd.puller import JdPuller
from channels_sync.connectors.jd.stock import JdStock
from tests.channels_sync.connectors import scripted

KEYS = {"app_key": "KEYINVENTED", "app_secret": "secret-invented"}
SEARCH = scripted.recorded("jd", "search")
ERRORS = scripted.recorded("jd", "errors")
_RESULT = SEARCH["jingdong_pop_order_search_responce"]["searchorderinfo_result"]


class Wire(scripted.Script):
    @property
    def puller(self) -> JdPuller:
        return JdPuller(credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock)

    @property
    def outbound(self) -> JdOutbound:
        return JdOutbound(
            credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock
        )

    @property
    def stock(self) -> JdStock:
        return JdStock(credentials=KEYS, http=self.http, tokens=self.tokens, clock=scripted.clock)

    @property
    def authorizer(self) -> JdAuthorizer:
        return JdAuthorizer(credentials=KEYS, http=self.http)

    def params(self, index: int = -1) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.form(index)["360buy_param_json"])
        return told


def node(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a recorded order: 1 waits, 2 has a discount, 3 was cancelled, 4 is shipped."""
    return {**deepcopy(_RESULT["orderInfoList"][number - 1]), **changes}


def found(*orders: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    result = {
        "apiResult": {"success": True, "numberCode": 0},
        "orderTotal": len(orders) if total is None else total,
        "orderInfoList": list(orders),
    }
    return {"jingdong_pop_order_search_responce": {"code": "0", "searchorderinfo_result": result}}


def one(order: dict[str, Any] | None) -> dict[str, Any]:
    info = {"apiResult": {"success": True}, "orderInfo": order}
    return {"jingdong_pop_order_get_responce": {"code": "0", "orderDetailInfo": info}}


def failure(words: str, code: int = 10100003) -> dict[str, Any]:
    verdict = {"success": False, "chineseErrCode": words, "numberCode": code}
    info = {"apiResult": verdict, "orderInfo": None}
    return {"jingdong_pop_order_get_responce": {"code": "0", "orderDetailInfo": info}}


def refusal(code: str, words: str = "") -> dict[str, Any]:
    return {"error_response": {"code": code, "zh_desc": words, "en_desc": "in English"}}


def done(method: str, wrapper: str = "") -> dict[str, Any]:
    verdict = {"success": True, "numberCode": 0}
    root = f"jingdong_{method.replace('.', '_')}_responce"
    return {root: {"code": "0", wrapper: verdict} if wrapper else {"code": "0", "success": True}}
