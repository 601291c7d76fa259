"""How JD says no: the gateway by a code, the business inside a success."""

from typing import Any

from channels_sync.simulator.replies import Reply, json_reply


class Gateway(Exception):
    """The call did not get through."""

    def __init__(self, code: str, words: str, english: str) -> None:
        super().__init__(words)
        self.told = {"code": code, "zh_desc": words, "en_desc": english}


class Business(Exception):
    """The call got through, and what it asks for will not be done."""

    def __init__(self, words: str, number: int = 10100003) -> None:
        super().__init__(words)
        self.verdict: dict[str, Any] = {
            "success": False,
            "chineseErrCode": words,
            "englishErrCode": "not done",
            "numberCode": number,
        }


WRONG_STATE = 10100021
DONE: dict[str, Any] = {
    "success": True,
    "chineseErrCode": "",
    "englishErrCode": "",
    "numberCode": 0,
}


def said(error: Gateway) -> Reply:
    return json_reply({"error_response": error.told})
