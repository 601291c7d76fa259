"""A sealed file reads like the clear one, from any place, and not at all once it was touched."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oms.privacy import sealed
from oms.privacy.cipher import Keyring, UndecryptableValue
from oms.privacy.sealed import PIECE, is_sealed, open_sealed, seal_pieces

from .keys import NEW, OLD

WHAT = "oms.file"
ring = Keyring({1: OLD}, current=1)
LONG = bytes(range(256)) * (PIECE // 256 * 2) + b"and the end"


def seal(*chunks: bytes, keyring: Keyring = ring) -> bytes:
    return b"".join(seal_pieces(chunks, keyring=keyring, context=WHAT))


def read(blob: bytes, *, keyring: Keyring = ring, context: str = WHAT) -> bytes:
    with open_sealed(io.BytesIO(blob), keyring=keyring, context=context) as file:
        return file.read()


@settings(max_examples=30)
@given(st.lists(st.sampled_from([b"", b"a", b"b" * 1000, b"c" * PIECE, LONG]), max_size=4))
def test_every_file_comes_back_however_it_was_cut(chunks: list[bytes]) -> None:
    assert read(seal(*chunks)) == b"".join(chunks)


@settings(max_examples=60)
@given(st.integers(0, len(LONG) + 10), st.integers(0, 3 * PIECE))
def test_any_part_is_read_as_from_the_clear_file(at: int, length: int) -> None:
    file = open_sealed(io.BytesIO(seal(LONG)), keyring=ring, context=WHAT)
    assert file.seek(at) == at
    assert file.read(length) == LONG[at : at + length]


def test_end_is_where_the_clear_file_ends() -> None:
    for clear in (b"", b"x" * PIECE, LONG):
        file = open_sealed(io.BytesIO(seal(clear)), keyring=ring, context=WHAT)
        assert file.seek(0, io.SEEK_END) == len(clear)
        assert file.read() == b""


def test_nothing_of_the_file_is_seen() -> None:
    assert b"13800000000" not in seal(b"phone,13800000000\n" * 5000)
    assert is_sealed(io.BytesIO(seal(b"a")))
    assert not is_sealed(io.BytesIO(b"phone,13800000000\n"))


def pieces_of(blob: bytes) -> tuple[bytes, list[bytes]]:
    size, head = sealed._SEALED_PIECE, sealed._HEAD
    return blob[:head], [blob[at : at + size] for at in range(head, len(blob), size)]


def test_exchanged_pieces_are_refused() -> None:
    head, [first, second, last] = pieces_of(seal(LONG))
    with pytest.raises(UndecryptableValue):
        read(head + second + first + last)


def test_pieces_cut_off_at_the_end_are_refused() -> None:
    head, [first, second, _last] = pieces_of(seal(LONG))
    with pytest.raises(UndecryptableValue):
        read(head + first + second)
    with pytest.raises(UndecryptableValue):
        read(head)


def test_piece_of_another_file_is_refused() -> None:
    head, [first, _second, last] = pieces_of(seal(LONG))
    _head, [_first, foreign, _last] = pieces_of(seal(LONG))
    with pytest.raises(UndecryptableValue):
        read(head + first + foreign + last)


def test_file_of_an_older_key_is_read_and_of_a_foreign_one_not() -> None:
    blob = seal(b"a")
    assert read(blob, keyring=Keyring({1: OLD, 2: NEW}, current=2)) == b"a"
    with pytest.raises(UndecryptableValue):
        read(blob, keyring=Keyring({1: NEW}, current=1))
    with pytest.raises(UndecryptableValue):
        read(blob, context="oms.other")


def test_clear_file_is_not_taken_for_a_sealed_one() -> None:
    with pytest.raises(UndecryptableValue):
        read(b"a,b\n1,2\n")
