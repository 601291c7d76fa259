"""JD's number of the merchant, which no token tells (jingdong.seller.vender.info.get)."""

from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer
from oms.integration.wire import malformed

VENDER = "jingdong.seller.vender.info.get"


def number(api: Api) -> str:
    """:raises IntegrationError: in JD's words"""
    return api.ask(VENDER, {"ext_json_param": ""}, _vender_id)


def _vender_id(answer: Answer) -> str:
    found = str(answer.get("vender_id") or "")
    if not found:
        raise malformed("京东的应答里没有商家编号")
    return found
