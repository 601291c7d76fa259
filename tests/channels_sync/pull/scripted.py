"""A platform that shows the pages a test wrote, and remembers what it was asked."""

from datetime import datetime
from typing import ClassVar

from channels_sync.connectors.pulling import OrderPage, PulledOrder, Puller, RefundPage, pullers

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
    one: ClassVar[dict[str, PulledOrder | BaseException]] = {}
    read: ClassVar[list[str]] = []
    refund_pages: ClassVar[list[RefundPage | BaseException]] = []
    asked_refunds: ClassVar[list[Asked]] = []

    @classmethod
    def reset(cls) -> None:
        cls.one.clear()
        cls.read.clear()
        cls.refund_pages.clear()
        cls.asked_refunds.clear()
        cls.pages.clear()
        cls.asked.clear()

    def fetch_orders(self, *, since: datetime, until: datetime, cursor: str | None) -> OrderPage:
        self.asked.append((since, until, cursor))
        page = self.pages.pop(0) if self.pages else OrderPage(orders=())
        if isinstance(page, BaseException):
            raise page
        return page

    def fetch_order(self, channel_order_no: str) -> PulledOrder | None:
        self.read.append(channel_order_no)
        found = self.one.get(channel_order_no)
        if isinstance(found, BaseException):
            raise found
        return found

    def fetch_refunds(self, *, since: datetime, until: datetime, cursor: str | None) -> RefundPage:
        self.asked_refunds.append((since, until, cursor))
        page = self.refund_pages.pop(0) if self.refund_pages else RefundPage(refunds=())
        if isinstance(page, BaseException):
            raise page
        return page


def pulled(number: str, text: str = "{}", modified_at: datetime | None = None) -> PulledOrder:
    return PulledOrder(channel_order_no=number, modified_at=modified_at, payload=text)
