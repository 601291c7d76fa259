"""A store's line to its platform: the keys, the way there, the clock, the token."""

from collections.abc import Callable
from datetime import UTC, datetime

from channels_sync.connectors.tokens import Credentials, FixedToken, TokenSource
from oms.integration.http import Http

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Read the machine's clock; tests put another in its place."""
    return datetime.now(UTC)


class Line:
    """What every half of a connector is built of. Speaks values; never touches the database.

    ``shop_id`` is the platform's number of the shop, as its token told it; empty if it told none.
    """

    def __init__(
        self,
        *,
        credentials: Credentials,
        http: Http,
        shop_id: str = "",
        clock: Clock = utc_now,
        tokens: TokenSource | None = None,
    ) -> None:
        self.credentials = credentials
        self.http = http
        self.shop_id = shop_id
        self.clock = clock
        self.tokens = tokens or FixedToken(str(credentials.get("access_token") or ""))
