"""A platform that shows the pages a test wrote, and remembers what it was asked."""

from datetime import datetime
from typing import ClassVar

from channels_sync.connectors.pulling import OrderPage, PulledOrder, Puller, pullers

Asked = tuple[datetime, datetime, str | None]


class WorkerDied(BaseException):
    """The process ends in the middle: nothing after it runs."""


@pullers.register
class ScriptedPuller(Puller):
    """``pages`` are shown in turn, an exception among them is raised; then come empty ones."""

    kind: ClassVar[str] = "scripted"
    label: ClassVar[str] = "Scripted"
    pages: ClassVar[list[OrderPage | BaseException]] = []
    asked: ClassVar[list[Asked]] = []

    @classmethod
    def reset(cls) -> None:
        cls.pages.clear()
        cls.asked.clear()

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        self.asked.append((since, until, cursor))
        page = self.pages.pop(0) if self.pages else OrderPage(orders=())
        if isinstance(page, BaseException):
            raise page
        return page


def pulled(number: str, text: str = "{}", modified_at: datetime | None = None) -> PulledOrder:
    return PulledOrder(channel_order_no=number, modified_at=modified_at, payload=text)
