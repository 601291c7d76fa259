import hashlib
import hmac
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.fingerprint import (
    FINGERPRINT_LENGTH,
    Purpose,
    fingerprint,
    fingerprints,
    phone_fingerprint,
    phone_tail,
)

from .keys import INDEX_KEYS, NEW, OLD


def test_fingerprint_is_the_first_half_of_a_keyed_hash() -> None:
    whole = hmac.new(OLD, b"phone\x0013800138000", hashlib.sha256).hexdigest()
    found = fingerprint("13800138000", purpose=Purpose.PHONE, keys=INDEX_KEYS)
    assert found == f"1:{whole[:32]}"


@given(st.text(min_size=1), st.sampled_from(Purpose), st.integers(1, 255))
def test_every_fingerprint_fits_its_column(text: str, purpose: Purpose, version: int) -> None:
    found = fingerprint(text, purpose=purpose, keys={version: OLD})
    assert re.fullmatch(rf"{version}:[0-9a-f]{{32}}", found)
    assert len(found) <= FINGERPRINT_LENGTH <= 40


@given(st.text(min_size=1))
def test_purposes_never_meet(text: str) -> None:
    found = {fingerprint(text, purpose=purpose, keys=INDEX_KEYS) for purpose in Purpose}
    assert len(found) == len(Purpose)


def test_another_key_gives_another_fingerprint() -> None:
    one = fingerprint("x", purpose=Purpose.BUYER, keys={1: OLD})
    assert one != fingerprint("x", purpose=Purpose.BUYER, keys={1: NEW})


def test_newest_key_writes_and_all_keys_search() -> None:
    keys = {1: OLD, 2: NEW}
    written_before = fingerprint("x", purpose=Purpose.BUYER, keys={1: OLD})
    written_now = fingerprint("x", purpose=Purpose.BUYER, keys=keys)
    assert fingerprints("x", purpose=Purpose.BUYER, keys=keys) == (written_now, written_before)
    assert written_now.startswith("2:")


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_has_no_fingerprint(purpose: Purpose) -> None:
    with pytest.raises(ValueError, match="empty"):
        fingerprint("", purpose=purpose, keys=INDEX_KEYS)


@pytest.mark.parametrize("phone", ["138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_one_phone_has_one_fingerprint(phone: str) -> None:
    assert phone_fingerprint(phone, INDEX_KEYS) == phone_fingerprint("13800138000", INDEX_KEYS)


def test_extension_belongs_to_the_phone() -> None:
    virtual = {
        phone_fingerprint(phone, INDEX_KEYS)
        for phone in ("18412345678", "18412345678-1234", "18412345678-1235")
    }
    assert len(virtual) == 3


@pytest.mark.parametrize("phone", ["", "  ", "unknown", "138****8000", "138＊＊＊＊8000"])
def test_phone_that_nobody_can_call_has_no_fingerprint(phone: str) -> None:
    assert phone_fingerprint(phone, INDEX_KEYS) is None


@pytest.mark.parametrize(
    ("phone", "tail"),
    [
        ("138 0013 8000", "8000"),
        ("18412345678-1234", "5678"),
        ("138****8000", "8000"),
        ("021-12345678-801", "5678"),
        ("66668888", "8888"),
        ("110", ""),
        ("123456", ""),
        ("138********", ""),
        ("no phone", ""),
        ("", ""),
    ],
)
def test_tail_is_the_last_four_digits_of_a_long_enough_number(phone: str, tail: str) -> None:
    assert phone_tail(phone) == tail
