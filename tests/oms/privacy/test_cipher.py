import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.cipher import Keyring, MalformedKeyring, UndecryptableValue, parse_keys

from .keys import NEW, OLD

NAME = "oms.Receiver.name"
PHONE = "oms.Receiver.phone"
ring = Keyring({1: OLD}, current=1)


def written(keys: dict[str, bytes]) -> str:
    return json.dumps({version: base64.b64encode(key).decode() for version, key in keys.items()})


@given(st.text(), st.text(min_size=1))
def test_every_text_comes_back(text: str, context: str) -> None:
    assert ring.decrypt(ring.encrypt(text, context), context) == text


def test_stored_bytes_are_version_nonce_ciphertext_and_tag() -> None:
    blob = ring.encrypt("张三😀", NAME)
    assert blob[0] == 1
    assert len(blob) == 1 + 12 + len("张三😀".encode()) + 16


def test_equal_texts_are_stored_differently() -> None:
    assert ring.encrypt("张三", NAME) != ring.encrypt("张三", NAME)


@given(st.text(max_size=20), st.data())
def test_any_altered_byte_is_refused(text: str, data: st.DataObject) -> None:
    blob = bytearray(ring.encrypt(text, NAME))
    place = data.draw(st.integers(0, len(blob) - 1))
    blob[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UndecryptableValue):
        ring.decrypt(bytes(blob), NAME)


@given(st.text(max_size=20), st.data())
def test_shortened_value_is_refused(text: str, data: st.DataObject) -> None:
    blob = ring.encrypt(text, NAME)
    with pytest.raises(UndecryptableValue):
        ring.decrypt(blob[: data.draw(st.integers(0, len(blob) - 1))], NAME)


def test_value_of_another_column_is_refused() -> None:
    with pytest.raises(UndecryptableValue):
        ring.decrypt(ring.encrypt("张三", NAME), PHONE)


def test_wrong_key_is_refused() -> None:
    with pytest.raises(UndecryptableValue):
        Keyring({1: NEW}, current=1).decrypt(ring.encrypt("张三", NAME), NAME)


def test_missing_key_version_is_named() -> None:
    blob = Keyring({7: NEW}, current=7).encrypt("张三", NAME)
    with pytest.raises(UndecryptableValue, match="version 7"):
        ring.decrypt(blob, NAME)


def test_refusal_tells_neither_text_nor_bytes() -> None:
    blob = ring.encrypt("13800138000", PHONE)
    with pytest.raises(UndecryptableValue) as refused:
        ring.decrypt(blob, NAME)
    told = f"{refused.value!r} {refused.value}"
    assert NAME in told
    assert "13800138000" not in told
    assert blob.hex() not in told
    assert repr(blob)[2:-1] not in told
    assert refused.value.__cause__ is None


def test_old_values_stay_readable_and_new_ones_use_the_newest_key() -> None:
    both = Keyring.newest({1: OLD, 2: NEW})
    old = ring.encrypt("张三", NAME)
    renewed = both.rekey(old, NAME)
    assert both.decrypt(old, NAME) == "张三"
    assert both.needs_rekey(old)
    assert not both.needs_rekey(renewed)
    assert Keyring({2: NEW}, current=2).decrypt(renewed, NAME) == "张三"


def test_keyring_shows_no_key() -> None:
    assert repr(Keyring.newest({1: OLD, 2: NEW})) == "Keyring(versions=[1, 2], current=2)"


def test_written_keys_are_read() -> None:
    assert parse_keys(written({"1": OLD, "12": NEW})) == {1: OLD, 12: NEW}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[]", "no key|not a JSON object"),
        ("3", "not a JSON object"),
        ('["1"]', "not a JSON object"),
        ('[["1", "AA"]]', "not a JSON object"),
        ("{}", "no key"),
        ('{"one": "AA=="}', "not a number"),
        ('{"１": "AA=="}', "not a number"),
        ('{"1": 5}', "Key 1 is not text"),
        ('{"1": "?"}', "Key 1 is not base64"),
        ('{"1": "é"}', "Key 1 is not base64"),
        ('{"1": "AAAA"}', "Key 1 has 3 bytes"),
        (written({"0": OLD}), "between 1 and 255"),
        (written({"256": OLD}), "between 1 and 255"),
        (written({"1": OLD, "01": NEW}), "same version"),
        (written({"1": OLD, "2": OLD}), "share one key"),
    ],
)
def test_unusable_keys_are_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(MalformedKeyring, match=reason):
        parse_keys(text)


@given(st.text(max_size=40))
def test_no_text_but_keys_passes(text: str) -> None:
    with pytest.raises(MalformedKeyring):
        parse_keys(text)


def test_refusal_of_keys_never_quotes_them() -> None:
    short = base64.b64encode(OLD[:31]).decode()
    with pytest.raises(MalformedKeyring) as refused:
        parse_keys(json.dumps({"1": short}))
    assert short not in str(refused.value)
    assert refused.value.__cause__ is None


def test_current_key_must_exist() -> None:
    with pytest.raises(MalformedKeyring, match="version 2"):
        Keyring({1: OLD}, current=2)
