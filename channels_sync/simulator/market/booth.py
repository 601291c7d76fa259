"""One platform's place in the simulator: its market, its messages, its tokens, its answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

from channels_sync.simulator.database import Database
from channels_sync.simulator.faults import FaultKind, Faults
from channels_sync.simulator.market.changes import Change
from channels_sync.simulator.market.ledger import Ledger
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.platform import Call, Platform
from channels_sync.simulator.market.posting import PlatformPoster
from channels_sync.simulator.market.store import MarketStore
from channels_sync.simulator.market.tokens import Tokens
from channels_sync.simulator.meter import Meter
from channels_sync.simulator.outbox import Mailing, Outbox
from channels_sync.simulator.replies import Reply, troubled

_CONNECTED_FOR = timedelta(minutes=15)


class Booth:
    """Builds a platform and stands between it and the line."""

    def __init__(
        self,
        kind: type[Platform],
        database: Database,
        faults: Faults,
        *,
        oms_url: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._database = database
        self._faults = faults
        self._clock = clock
        self._sleep = sleep
        self._called_at: datetime | None = None
        self.meter = Meter({}, each=kind.limit)
        self.outbox = Outbox(database, kind.key)
        self.tokens = Tokens(database, kind.key, kind.token_rules)
        self.tokens.open_shop(kind.app.access_token, kind.app.refresh_token, now=clock())
        ledger = Ledger(MarketStore(database, kind.key), kind.number, self._announce)
        self.market = Market(ledger)
        self.platform = kind(self.market, self.tokens, Mailbox(self.outbox, faults))
        self._poster = PlatformPoster(self.platform, oms_url)
        self._mailing = Mailing(self.outbox, self._poster, faults, steps=kind.steps)

    def call(self, call: Call) -> Reply | None:
        """Answer a call, spoiled as planned; None: the line breaks without an answer."""
        fault = self._faults.take_for_call(self.platform.place_of(call))
        match fault and fault.kind:
            case FaultKind.THROTTLE:
                return self.platform.throttled(call)
            case FaultKind.REFUSE:
                return self.platform.refused(call)
            case FaultKind.SERVER_ERROR:
                return self.platform.broken(call)
        self._called_at = self._clock()
        if self.meter.is_over(self.platform.place_of(call), now=self._called_at):
            return self.platform.throttled(call)
        return troubled(
            fault, lambda: self.platform.answer(call, now=self._clock()), sleep=self._sleep
        )

    def is_connected(self, *, now: datetime) -> bool:
        """Tell whether somebody called of late."""
        return self._called_at is not None and now - self._called_at < _CONNECTED_FOR

    def send_due(self, *, now: datetime) -> None:
        if not self.platform.fetches_messages:
            self._mailing.send_due(now=now)

    def close(self) -> None:
        self._poster.close()

    def _announce(self, change: Change) -> None:
        for push in self.platform.push(change):
            event_id = f"{self.platform.key}-{self._database.next_number()}"
            self.outbox.add(push.event, event_id, push.order_no, push.body, at=change.at)
