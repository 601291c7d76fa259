"""Read the keys from the settings: the one place that knows where they come from."""

from collections.abc import Mapping
from functools import lru_cache

from django.conf import settings

from oms.privacy.cipher import Keyring


def keyring() -> Keyring:
    """Return the keyring of ``settings.OMS_FIELD_KEYS``; other settings give another keyring.

    :raises MalformedKeyring: if the settings hold no usable key
    """
    return _keyring_of(tuple(settings.OMS_FIELD_KEYS.items()))


def index_keys() -> Mapping[int, bytes]:
    """Return the fingerprint keys by version (``settings.OMS_INDEX_KEYS``)."""
    keys: Mapping[int, bytes] = settings.OMS_INDEX_KEYS
    return keys


@lru_cache(maxsize=4)
def _keyring_of(items: tuple[tuple[int, bytes], ...]) -> Keyring:
    return Keyring.newest(dict(items))
