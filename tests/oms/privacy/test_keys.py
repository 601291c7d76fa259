import pytest
from pytest_django import Settings

from oms.privacy.cipher import MalformedKeyring
from oms.privacy.keys import index_keys, keyring

from .keys import NEW, OLD


def test_keyring_is_made_once(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = {1: OLD}
    assert keyring() is keyring()


def test_other_settings_give_another_keyring(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = {1: OLD}
    blob = keyring().encrypt("x", "c")
    settings.OMS_FIELD_KEYS = {1: OLD, 2: NEW}
    assert keyring().current == 2
    assert keyring().decrypt(blob, "c") == "x"


def test_keys_changed_in_place_count(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = {1: OLD}
    assert keyring().current == 1
    settings.OMS_FIELD_KEYS[2] = NEW
    assert keyring().current == 2


def test_no_key_is_told(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = {}
    with pytest.raises(MalformedKeyring):
        keyring()


def test_index_keys_come_from_the_settings(settings: Settings) -> None:
    settings.OMS_INDEX_KEYS = {3: NEW}
    assert index_keys() == {3: NEW}
