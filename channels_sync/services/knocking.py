"""Take a platform's push in: prove it, note what to read again, answer. The rest happens later."""

from datetime import datetime

from channels_sync.connectors.knocks import Garbled, Heard, Knock, NotProved
from channels_sync.connectors.listening_installed import listeners
from channels_sync.models import StoreConnection
from channels_sync.services import hints
from channels_sync.services.breaking.noting import Moment, note_moment
from channels_sync.services.hooks import HookRefused

_NOBODY: dict[str, str] = {}


def receive(store_code: str, *, kind: str, knock: Knock, now: datetime) -> Heard:
    """Note what the push hints at and return what the platform wants to hear.

    :raises HookRefused: if it is not signed by the store's account, or cannot be understood
    """
    if kind not in listeners:
        raise HookRefused("kind", 404, "Nobody listens here.")
    connection = StoreConnection.objects.filter(
        store__code=store_code, store__is_active=True, is_active=True, kind=kind
    ).first()
    listener = listeners.get(kind)
    try:
        # A store that is not there is refused like a signature that does not fit.
        heard = listener.hear(knock, credentials=connection.credentials if connection else _NOBODY)
    except NotProved:
        raise HookRefused("signature", 401, "The signature does not fit.") from None
    except Garbled as fault:
        raise HookRefused("schema", 422, str(fault)) from None
    if connection is None:
        raise HookRefused("signature", 401, "The signature does not fit.")
    hints.note(connection.store_id, hints=heard.hints, now=now)
    note_moment(connection.store_id, what=Moment.HEARD, now=now)
    return heard
