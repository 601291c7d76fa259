"""What `manage.py check --deploy` refuses."""

from pytest_django import Settings

from oms.checks import demo_is_off, keys_are_set


def test_demo_mode_is_refused_in_production(settings: Settings) -> None:
    settings.DEMO = True
    assert [message.id for message in demo_is_off()] == ["oms.E001"]
    settings.DEMO = False
    assert demo_is_off() == []


def test_missing_keys_are_refused_in_production(settings: Settings) -> None:
    assert keys_are_set() == []
    settings.OMS_INDEX_KEYS = {}
    assert [message.id for message in keys_are_set()] == ["oms.E002"]
