"""The merchant's yes on the platform's page, and the token that it brings."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.models import StoreConnection
from channels_sync.services.calls import CallWriter, open_http
from channels_sync.services.connecting import RIGHT
from channels_sync.services.tokens import asks_for_tokens, keep_token
from oms.access.checks import require
from oms.evidence.append import append
from oms.integration.errors import IntegrationError
from oms.models import User
from oms.models.locking import atomic_service
from oms.refusals import Refusal

_SALT = "channels.authorize"
_LONGEST = timedelta(minutes=30)


class NoAuthorization(Refusal):
    message = _("This platform needs no authorization: enter its keys.")


class StaleState(Refusal):
    message = _("This authorization was begun too long ago or by somebody else. Begin once more.")


class ForeignReturn(Refusal):
    message = _("It was not the platform that sent you back here. Begin once more.")


class NotAuthorized(Refusal):
    message = _("The platform gave no token: %(problem)s")


def has_page(connection: StoreConnection) -> bool:
    """Tell whether the merchant says yes on a page of the platform, from where he is sent back."""
    if not asks_for_tokens(connection):
        return False
    told = {**connection.credentials, "base_url": connection.base_url}
    try:
        return bool(authorizers.get(connection.kind).page_url(told, redirect_uri="", state=""))
    except IntegrationError:
        # A key is still missing for it.
        return True


def begin(connection_id: int, *, actor: User, redirect_uri: str) -> str:
    """Return the platform's page on which the merchant says yes; empty if it has none and the keys
    alone bring the token.

    :raises NotAllowed: if the person may not set the store up
    :raises NoAuthorization: if the platform has no tokens
    :raises NotAuthorized: if a key is missing for it
    """
    row = _row(connection_id, actor=actor)
    state = signing.dumps({"connection": row.pk, "user": actor.pk}, salt=_SALT)
    authorizer = authorizers.get(row.kind)
    told = {**row.credentials, "base_url": row.base_url}
    try:
        return authorizer.page_url(told, redirect_uri=redirect_uri, state=state)
    except IntegrationError as problem:
        raise NotAuthorized(problem=str(problem)) from problem


def finish(
    state: str,
    *,
    code: str,
    actor: User,
    redirect_uri: str,
    now: datetime,
    query: Mapping[str, str] | None = None,
) -> int:
    """Turn the code that the platform sent back into a token; return the connection.

    ``query`` is all that came back, for platforms that sign it.

    :raises StaleState: if the state is not ours, not this person's, or older than 30 minutes
    :raises ForeignReturn: if the platform signs the way back, and did not sign this one
    :raises NotAuthorized: in the platform's words
    """
    try:
        told = signing.loads(state, salt=_SALT, max_age=_LONGEST)
    except signing.BadSignature:
        raise StaleState from None
    if told.get("user") != actor.pk:
        raise StaleState
    _check_return(int(told["connection"]), query or {}, actor=actor, now=now)
    exchange(int(told["connection"]), code=code, actor=actor, redirect_uri=redirect_uri, now=now)
    return int(told["connection"])


def _check_return(
    connection_id: int, query: Mapping[str, str], *, actor: User, now: datetime
) -> None:
    row = _row(connection_id, actor=actor)
    if not authorizers.get(row.kind).is_from_platform(row.credentials, query, now=now):
        raise ForeignReturn


def exchange(
    connection_id: int, *, code: str, actor: User, redirect_uri: str, now: datetime
) -> None:
    """Get a token for a code, or for the keys alone where the platform needs none, and keep it.

    :raises NotAllowed: if the person may not set the store up
    :raises NotAuthorized: in the platform's words
    """
    row = _row(connection_id, actor=actor)
    calls = CallWriter(row.store_id, reference="authorize")
    with open_http(row, log=calls) as http:
        authorizer = authorizers.get(row.kind)(credentials=row.credentials, http=http)
        try:
            reply = authorizer.exchange(code, redirect_uri=redirect_uri, now=now)
        except IntegrationError as problem:
            raise NotAuthorized(problem=str(problem)) from problem
    keep_token(row.pk, reply=reply, now=now)
    _note(row.store_id, actor=actor, now=now)


@atomic_service
def _note(store_id: int, *, actor: User, now: datetime) -> None:
    append("channel.authorize", f"store:{store_id}", at=now, actor=actor)


def _row(connection_id: int, *, actor: User) -> StoreConnection:
    row = StoreConnection.objects.select_related("store").get(pk=connection_id)
    require(actor, RIGHT, row.store)
    if row.kind not in authorizers:
        raise NoAuthorization
    return row
