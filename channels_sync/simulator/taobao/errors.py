"""What TOP says when it does not do something: always HTTP 200."""

from channels_sync.simulator.market import refusals
from channels_sync.simulator.replies import Reply, json_reply

REMOTE = 15


class TopError(Exception):
    """``code`` and ``sub_code`` as TOP's error pages list them."""

    def __init__(self, code: int, sub_code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.sub_code = sub_code
        self.words = words

    @property
    def reply(self) -> Reply:
        told = {
            "code": self.code,
            "msg": _MESSAGES.get(self.code, "Remote service error"),
            "sub_code": self.sub_code,
            "sub_msg": self.words,
            "request_id": "simulated",
        }
        return json_reply({"error_response": told})


def missing(name: str) -> TopError:
    return TopError(40, f"isv.missing-parameter:{name}", f"缺少必选参数 {name}")


def invalid(name: str, words: str = "参数值不合法") -> TopError:
    return TopError(41, f"isv.invalid-parameter:{name}", words)


def of(refusal: refusals.Refusal, what: str) -> TopError:
    """Tell a refusal of the market as the service of a method does."""
    match refusal:
        case refusals.NotFound():
            return TopError(REMOTE, f"isv.{what}-not-exist", str(refusal))
        case refusals.AlreadyShipped():
            return TopError(REMOTE, f"isv.{what}-service-error:SHIPPED", str(refusal))
    return TopError(REMOTE, f"isv.{what}-service-error:STATUS", str(refusal))


TOO_FAST = TopError(
    7, "accesscontrol.limited-by-api-access-count", "This ban will last for 1 more seconds"
)
_MESSAGES = {
    7: "App Call Limited",
    22: "Invalid method",
    25: "Invalid signature",
    26: "Missing session",
    27: "Invalid session",
    29: "Invalid app Key",
    31: "Invalid timestamp",
    40: "Missing required arguments",
    41: "Invalid arguments",
}
