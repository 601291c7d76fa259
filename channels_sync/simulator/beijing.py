"""Times as China's platforms write them: naive, in Beijing, to the second."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")


def written(moment: datetime | None, *, none: str = "") -> str:
    return moment.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S") if moment else none


def read(text: str) -> datetime:
    """:raises ValueError: if it is no such time"""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE).astimezone(UTC)
