"""What must never be true in production: `manage.py check --deploy` refuses it."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def demo_is_off(**_options: Any) -> list[CheckMessage]:
    """Demo mode signs anybody in with one click."""
    if not settings.DEMO:
        return []
    return [Error("Demo mode is on.", hint="Unset OMS_DEMO.", id="oms.E001")]


@register(Tags.security, deploy=True)
def keys_are_set(**_options: Any) -> list[CheckMessage]:
    """Without keys no personal data can be stored."""
    missing = [name for name in ("OMS_FIELD_KEYS", "OMS_INDEX_KEYS") if not getattr(settings, name)]
    return [
        Error(f"{name} is empty.", hint="docs/settings.md tells its form.", id="oms.E002")
        for name in missing
    ]
