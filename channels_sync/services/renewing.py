"""Renew the accounts' tokens before they run out, so that no call has to wait for it."""

import logging
from datetime import datetime, timedelta

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.models import ChannelToken
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.tokens import StoredToken
from oms.integration.errors import IntegrationError

log = logging.getLogger(__name__)


def renew_due(*, now: datetime) -> int:
    """Renew every token that comes to its end; return how many were renewed.

    A store whose platform gives none keeps the reason on its token, and the others go on.
    """
    renewed = 0
    for row in due_for_renewal(now=now):
        connection = row.connection
        calls = CallWriter(connection.store_id, reference="token")
        with open_http(connection, log=calls) as http:
            source = StoredToken(connection, http=http, clock=lambda: now)
            try:
                source.renew(str(row.secrets.get("access_token") or ""))
            except IntegrationError as error:
                log.warning("store %s: no new token: %s", connection.store_id, error.code)
            else:
                renewed += 1
    return renewed


def due_for_renewal(*, now: datetime) -> list[ChannelToken]:
    """List the tokens that come to their end soon, each by its own platform's measure."""
    longest = max((one.renew_before for one in authorizers), default=timedelta(0))
    rows = ChannelToken.objects.filter(
        dead_since=None,
        access_expires_at__lte=now + longest,
        connection__kind__in=[one.kind for one in authorizers],
        connection__is_active=True,
        connection__store__is_active=True,
    )
    return [
        row
        for row in rows.select_related("connection").order_by("access_expires_at", "pk")
        if row.access_expires_at is not None
        and row.access_expires_at - authorizers.get(row.connection.kind).renew_before <= now
    ]
