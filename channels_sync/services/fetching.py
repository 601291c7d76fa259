"""Fetch the messages that platforms keep for us: hints are committed first, confirmed after."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from channels_sync.connectors.knocks import Hint
from channels_sync.connectors.mailboxes import Letter, Mailbox
from channels_sync.connectors.mailboxes_installed import mailboxes
from channels_sync.models import ChannelToken, StoreConnection
from channels_sync.services import hints
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import token_source
from oms.integration.errors import IntegrationError

log = logging.getLogger(__name__)

ROUNDS = 20
"""How many pages of messages a run takes from one app."""
App = tuple[str, str]


def fetch_due(*, now: datetime) -> int:
    """Fetch every app's messages; return how many there were.

    Whatever stops in between, a message comes again until its hints are kept: it is confirmed only
    after their commit.
    """
    return sum(_fetch_app(shops, now=now) for shops in _apps().values())


def _apps() -> Mapping[App, list[StoreConnection]]:
    """Group the connections by app, because shops of one app share a mailbox."""
    found: dict[App, list[StoreConnection]] = defaultdict(list)
    rows = StoreConnection.objects.filter(
        kind__in=[mailbox.kind for mailbox in mailboxes], is_active=True, store__is_active=True
    )
    for row in rows.order_by("pk"):
        app = mailboxes.get(row.kind).app_of(row.credentials)
        if app:
            found[row.kind, app].append(row)
    return found


def _fetch_app(shops: Sequence[StoreConnection], *, now: datetime) -> int:
    """Ask as one shop after another until one may: a session that ended must not stop the rest."""
    for shop in shops:
        try:
            return _fetch_as(shop, shops, now=now)
        except IntegrationError as error:
            log.warning("messages of store %s: %s", shop.store_id, error.code)
    return 0


def _fetch_as(shop: StoreConnection, shops: Sequence[StoreConnection], *, now: datetime) -> int:
    stores, total = _stores(shops), 0
    calls = CallWriter(shop.store_id, reference="messages")
    with open_http(shop, log=calls) as http:
        mailbox = mailboxes.get(shop.kind)(
            credentials=shop.credentials,
            http=http,
            tokens=token_source(shop, http=http, clock=lambda: now),
            clock=lambda: now,
        )
        for _round in range(ROUNDS):
            letters = mailbox.fetch()
            _keep(mailbox, letters, stores=stores, now=now)
            total += len(letters)
            if not letters:
                break
    return total


def _keep(
    mailbox: Mailbox, letters: Sequence[Letter], *, stores: Mapping[str, int], now: datetime
) -> None:
    told: dict[int, list[Hint]] = defaultdict(list)
    for letter in letters:
        # An app of one shop needs no number to know whose message it is.
        store = next(iter(stores.values())) if len(stores) == 1 else stores.get(letter.shop_id)
        if store is not None:
            told[store] += letter.hints
    for store, found in told.items():
        hints.note(store, hints=found, now=now)
    if letters:
        mailbox.confirm([letter.id for letter in letters])


def _stores(shops: Sequence[StoreConnection]) -> dict[str, int]:
    """Return {the platform's number of the shop: our store}."""
    numbers = dict(
        ChannelToken.objects.filter(connection__in=[shop.pk for shop in shops]).values_list(
            "connection", "shop_id"
        )
    )
    return {numbers.get(shop.pk) or f"connection {shop.pk}": shop.store_id for shop in shops}
