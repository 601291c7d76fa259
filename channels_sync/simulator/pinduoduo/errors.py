"""How Pinduoduo says no: always with an HTTP 200."""

from typing import Any

from channels_sync.simulator.replies import Reply, json_reply


class Wrong(Exception):
    """Against the contract; told with the platform's code."""

    def __init__(self, code: int, words: str, sub_code: str = "") -> None:
        super().__init__(words)
        self.code = code
        self.sub_code = sub_code or str(code)
        self.words = words


def said(error: Wrong) -> Reply:
    told: dict[str, Any] = {
        "error_code": error.code,
        "sub_code": error.sub_code,
        "error_msg": error.words,
        "sub_msg": "",
        "request_id": "simulated",
    }
    return json_reply({"error_response": told})
