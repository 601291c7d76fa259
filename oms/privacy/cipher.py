"""Encrypt personal data with AES-256-GCM under a keyring of numbered keys. Pure.

A stored value is ``version (1 byte) | nonce (12 bytes) | ciphertext and tag``. The caller's context
("oms.Receiver.phone") is authenticated with it, so that a value moved to another column is refused.
The row is not part of the context: a value copied to another row of the same column is not noticed.
"""

import base64
import json
import os
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from oms.privacy.text import utf8

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
HIGHEST_VERSION: Final = 255
_HEAD_BYTES: Final = 1 + NONCE_BYTES
_EXPECTED: Final = 'expected JSON like {"1": "<base64 of 32 random bytes>"}'


class MalformedKeyring(ValueError):
    """The keys cannot be used; the message says why and never holds a key."""


class UndecryptableValue(Exception):
    """A stored value cannot be read: key missing, context wrong, or bytes altered."""

    def __init__(self, reason: str, context: str) -> None:
        super().__init__(f"{context} cannot be decrypted: {reason}.")
        self.context = context


class Keyring:
    """Hold every key that may still be in use; one of them encrypts.

    Nonces are random, so one key must not encrypt more than 2**32 values (NIST SP 800-38D, 8.3):
    add a new version long before.

    :raises MalformedKeyring: if a key is unusable or ``current`` names none
    """

    def __init__(self, keys: Mapping[int, bytes], current: int) -> None:
        _check(keys)
        if current not in keys:
            raise MalformedKeyring(f"No key has version {current}, which should encrypt.")
        self.current = current
        self._ciphers = {version: AESGCM(key) for version, key in keys.items()}
        self._head = bytes([current])
        self._cipher = self._ciphers[current]

    @classmethod
    def newest(cls, keys: Mapping[int, bytes]) -> "Keyring":
        """Return a keyring in which the highest version encrypts.

        :raises MalformedKeyring: if there is no key or one is unusable
        """
        return cls(keys, max(keys, default=0))

    def __repr__(self) -> str:
        return f"Keyring(versions={sorted(self._ciphers)}, current={self.current})"

    def encrypt(self, text: str, context: str) -> bytes:
        """Return the text as bytes that only this keyring and this context can read."""
        return self.seal(utf8(text), context)

    def seal(self, data: bytes, context: str) -> bytes:
        """Return the data as bytes, 29 more, that only this keyring and this context can read."""
        nonce = os.urandom(NONCE_BYTES)
        return self._head + nonce + self._cipher.encrypt(nonce, data, context.encode())

    def decrypt(self, blob: bytes, context: str) -> str:
        """Return the clear text of a stored value.

        :raises UndecryptableValue: if key, context or bytes do not fit
        """
        return self.unseal(blob, context).decode()

    def unseal(self, blob: bytes, context: str) -> bytes:
        """Return what ``seal`` was given.

        :raises UndecryptableValue: if key, context or bytes do not fit
        """
        if len(blob) < _HEAD_BYTES + TAG_BYTES:
            raise UndecryptableValue("the value is cut short", context)
        cipher = self._ciphers.get(blob[0])
        if cipher is None:
            raise UndecryptableValue(f"there is no key of version {blob[0]}", context)
        try:
            return cipher.decrypt(blob[1:_HEAD_BYTES], blob[_HEAD_BYTES:], context.encode())
        except InvalidTag:
            raise UndecryptableValue("key, column or bytes do not fit", context) from None

    def needs_rekey(self, blob: bytes) -> bool:
        """Tell whether the value was encrypted by another key than the current one."""
        return blob[:1] != self._head

    def rekey(self, blob: bytes, context: str) -> bytes:
        """Return the value encrypted by the current key.

        :raises UndecryptableValue: if the value cannot be read
        """
        return self.encrypt(self.decrypt(blob, context), context)


def parse_keys(text: str) -> dict[int, bytes]:
    """Read ``{"1": "<base64 of 32 bytes>"}`` as versions (1 to 255) and keys.

    :raises MalformedKeyring: if the text is anything else, or two versions share a key
    """
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except ValueError:
        raise MalformedKeyring(f"The keys are not JSON: {_EXPECTED}.") from None
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise MalformedKeyring(f"The keys are not a JSON object: {_EXPECTED}.")
    versions = [_version(name) for name, _ in pairs]
    if len(set(versions)) < len(versions):
        raise MalformedKeyring("Two keys have the same version.")
    keys = dict(zip(versions, (_key(name, value) for name, value in pairs), strict=True))
    _check(keys)
    return keys


def _version(name: str) -> int:
    if not (name.isascii() and name.isdecimal()):
        raise MalformedKeyring(f"A key version is not a number from 1 to 255: {_EXPECTED}.")
    return int(name)


def _key(version: str, value: object) -> bytes:
    if not isinstance(value, str):
        raise MalformedKeyring(f"Key {version} is not text: {_EXPECTED}.")
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise MalformedKeyring(f"Key {version} is not base64: {_EXPECTED}.") from None


def _check(keys: Mapping[int, bytes]) -> None:
    if not keys:
        raise MalformedKeyring(f"There is no key: {_EXPECTED}.")
    for version, key in keys.items():
        if not 1 <= version <= HIGHEST_VERSION:
            raise MalformedKeyring(f"Key version {version} is not between 1 and 255.")
        if len(key) != KEY_BYTES:
            raise MalformedKeyring(f"Key {version} has {len(key)} bytes, not {KEY_BYTES}.")
    if len(set(keys.values())) < len(keys):
        raise MalformedKeyring("Two versions share one key: a rotation that changes nothing.")
