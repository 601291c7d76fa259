"""Youzan signs what it pushes, not what is called (doc.youzanyun.com, "Message push"). Pure."""

import base64
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from channels_sync.connectors.signing import md5_hex

_IV = b"0102030405060708"
_KEY_BYTES = 16
_BLOCK_BITS = 128


def message_signature(secret: str, *, client_id: str, msg: str) -> str:
    """Return the ``sign`` inside a message; ``msg`` is signed as it came, still URL-encoded."""
    return md5_hex(f"{client_id}{msg}{secret}")


def event_signature(secret: str, *, client_id: str, body: bytes) -> str:
    """Return the ``Event-Sign`` header of a message, over its body as it came."""
    return md5_hex(f"{client_id}{body.decode('utf-8', 'surrogateescape')}{secret}")


def secret_key_signature(secret: str, *, client_id: str, kdt_id: str, timestamp: str) -> str:
    """Return what proves the question for a shop's decryption key."""
    pairs = f"clientId{client_id}kdtId{kdt_id}timestamp{timestamp}"
    return md5_hex(f"{secret}{pairs}{secret}")


def decrypt_message(secret: str, ciphertext: str) -> str:
    """Return the text of an app message: AES-128-CBC under the secret's first 16 bytes, in base64,
    URL-encoded.

    :raises ValueError: if it was not made with this secret
    """
    data = base64.b64decode(unquote_to_bytes(ciphertext), validate=True)
    cipher = Cipher(algorithms.AES(secret.encode()[:_KEY_BYTES]), modes.CBC(_IV))
    decryptor = cipher.decryptor()
    padded = decryptor.update(data) + decryptor.finalize()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    return (unpadder.update(padded) + unpadder.finalize()).decode()
