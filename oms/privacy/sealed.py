"""Files encrypted piece by piece, so that a reader may jump about in one of any size.

A sealed file is ``mark (8 bytes) | id (16 bytes) | pieces``; a piece is 64 KiB of the file, the
last one shorter, sealed by the keyring. Its context names the file's id, its place and whether it
is the last: pieces that were exchanged, cut off or brought from another file are refused.
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import IO, Final

from oms.privacy.cipher import NONCE_BYTES, TAG_BYTES, Keyring, UndecryptableValue

MARK: Final = b"OMSSEAL\x01"
PIECE: Final = 64 * 1024
_ID_BYTES: Final = 16
_HEAD: Final = len(MARK) + _ID_BYTES
_SEALED_PIECE: Final = PIECE + 1 + NONCE_BYTES + TAG_BYTES


def seal_pieces(chunks: Iterable[bytes], *, keyring: Keyring, context: str) -> Iterator[bytes]:
    """Yield the sealed file of what the chunks hold together."""
    file_id = os.urandom(_ID_BYTES)
    yield MARK + file_id
    place, rest = 0, b""
    for chunk in chunks:
        rest += chunk
        # The last piece is held back: only the end tells that it is the last.
        while len(rest) > PIECE:
            yield keyring.seal(rest[:PIECE], _context(context, file_id, place, is_last=False))
            place, rest = place + 1, rest[PIECE:]
    yield keyring.seal(rest, _context(context, file_id, place, is_last=True))


def is_sealed(file: IO[bytes]) -> bool:
    """Tell by its first bytes whether a file was sealed; it is left at its start."""
    file.seek(0)
    head = file.read(len(MARK))
    file.seek(0)
    return head == MARK


def key_version(file: IO[bytes]) -> int:
    """Return the version of the key under which a file was sealed; 0 if it never was."""
    if not is_sealed(file):
        return 0
    file.seek(_HEAD)
    return (file.read(1) or b"\0")[0]


class SealedReader(io.RawIOBase):
    """The clear content of a sealed file, which is never on a disk."""

    def __init__(self, file: IO[bytes], *, keyring: Keyring, context: str) -> None:
        super().__init__()
        self._file, self._keyring, self._context = file, keyring, context
        file.seek(len(MARK))
        self._id = file.read(_ID_BYTES)
        sealed = file.seek(0, io.SEEK_END) - _HEAD
        self._pieces = max(-(-sealed // _SEALED_PIECE), 1)
        self._size = max(sealed - self._pieces * (_SEALED_PIECE - PIECE), 0)
        self._at = 0
        self._held: tuple[int, bytes] = (0, self._read_piece(0))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the start of the file")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """:raises UndecryptableValue: if the file was altered, or its key is gone"""
        if self._at >= self._size:
            return 0
        place, start = divmod(self._at, PIECE)
        if self._held[0] != place:
            self._held = (place, self._read_piece(place))
        data = self._held[1][start : start + len(buffer)]
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def _read_piece(self, place: int) -> bytes:
        self._file.seek(_HEAD + place * _SEALED_PIECE)
        blob = self._file.read(_SEALED_PIECE)
        is_last = place == self._pieces - 1
        return self._keyring.unseal(blob, _context(self._context, self._id, place, is_last=is_last))


def open_sealed(file: IO[bytes], *, keyring: Keyring, context: str) -> IO[bytes]:
    """Return a reader of the clear content, buffered and seekable.

    :raises UndecryptableValue: if the file is cut short or altered, or its key is gone
    """
    if not is_sealed(file):
        raise UndecryptableValue("the file was never sealed", context)
    return io.BufferedReader(SealedReader(file, keyring=keyring, context=context), PIECE)


def _context(context: str, file_id: bytes, place: int, *, is_last: bool) -> str:
    return f"{context}|{file_id.hex()}|{place}|{int(is_last)}"
