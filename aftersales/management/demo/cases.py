"""Cases in every lane: asked, refused, on the way back, looked at, being refunded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersales.flows import CaseStatus, Receipt
from aftersales.models import AfterSalesCase, Inspection, Kind, Reason, Source
from aftersales.services import approval, goods, inspections, intake
from aftersales.services.asking import Request
from aftersales.services.cases import digest
from oms.approvals.services import APPROVE, REJECT
from oms.flows.order import OrderStatus
from oms.models import Order, User

CLERK, BOSS, TECHNICIAN = "kefu", "kefuzhuguan", "jianding"
ASKED, REFUSED, AGREED, SENT_BACK = range(4)
"""How far people on this side have come with a case; the dock and the technician come after."""


@dataclass(frozen=True, slots=True)
class Story:
    """Who sends what back and why, how far that has come, and how many hours ago it was asked."""

    code: str
    reason: Reason
    words: str
    stage: int
    hours: int
    kind: Kind = Kind.RETURN_REFUND
    source: Source = Source.CHAT

    @property
    def standing(self) -> OrderStatus:
        """Return where its order stands: who asks where it stays does not have it."""
        waits = self.reason is Reason.NOT_RECEIVED
        return OrderStatus.SHIPPED if waits else OrderStatus.DELIVERED


STORIES = (
    Story("EARB-01", Reason.FAULT, "左耳没有声音，充电盒正常", ASKED, 2),
    Story("LAMP-01", Reason.DAMAGED, "灯罩裂了一道，照片发客服了", ASKED, 14),
    Story("SNKR-05", Reason.CHANGED_MIND, "不太喜欢这个颜色，没穿过", ASKED, 1),
    Story("HOOD-07", Reason.NOT_RECEIVED, "物流两天没动了", ASKED, 3, Kind.REFUND_ONLY),
    Story("LAMP-01", Reason.CHANGED_MIND, "不想要了", REFUSED, 15),
    Story("HOOD-07", Reason.SIZE, "偏小一码", AGREED, 6, source=Source.PHONE),
    Story("SNKR-05", Reason.SIZE, "42 码偏大", SENT_BACK, 10),
    Story("SNKR-05", Reason.SIZE, "尺码不合适", SENT_BACK, 20),
    Story("EARB-01", Reason.FAULT, "连不上手机", SENT_BACK, 17),
    Story("HOOD-07", Reason.SIZE, "肩宽不合适", SENT_BACK, 18, source=Source.PHONE),
    Story("EARB-01", Reason.FAULT, "右耳有杂音", SENT_BACK, 19),
    Story("LAMP-01", Reason.DAMAGED, "底座碎了", AGREED, 10, Kind.REFUND_ONLY),
)


def seed_cases(now: datetime) -> None:
    """Tell every story, the oldest first, each about another order."""
    people = {user.username: user for user in User.objects.filter(is_active=True)}
    orders = {
        (code, status): _bought(code, status)
        for code in {story.code for story in STORIES}
        for status in (OrderStatus.SHIPPED, OrderStatus.DELIVERED)
    }
    for story in sorted(STORIES, key=lambda story: -story.hours):
        order = next(orders[story.code, story.standing], None)
        if order is not None and {CLERK, BOSS} <= people.keys():
            _Teller(people, story, now - timedelta(hours=story.hours)).tell(order)


def _bought(code: str, status: OrderStatus) -> Iterator[Order]:
    rows = Order.objects.filter(status=status, items__sku__code=code).distinct()
    return rows.order_by("pk").iterator()


class _Teller:
    """One story. ``at`` is when it began; what follows comes an hour later each."""

    def __init__(self, people: dict[str, User], story: Story, at: datetime) -> None:
        self._people, self._story, self._at = people, story, at

    def tell(self, order: Order) -> None:
        story, units = (
            self._story,
            {item.pk: 1 for item in order.items.filter(sku__code=self._story.code)},
        )
        request = Request(
            source=story.source,
            reason=story.reason,
            units=units,
            kind=story.kind,
            words=story.words,
        )
        case = intake.open_case(order.pk, request=request, actor=self._people[CLERK], now=self._at)
        if story.stage == REFUSED:
            self._decide(case, REJECT, "已使用，有明显划痕，不支持七天无理由")
        elif story.stage >= AGREED:
            self._go_on(case)

    def _go_on(self, case: AfterSalesCase) -> None:
        if approval.open_step(case) is not None:
            self._decide(case, APPROVE, "")
        if self._story.stage == SENT_BACK:
            number = f"SF1{case.pk:012d}"
            goods.set_waybill(case.pk, carrier="sf", waybill_no=number, now=self._later(2))

    def _decide(self, case: AfterSalesCase, verdict: str, comment: str) -> None:
        case.refresh_from_db()
        approval.decide(
            case.pk,
            verdict=verdict,
            actor=self._people[BOSS],
            comment=comment,
            seen=digest(case),
            now=self._later(1),
        )

    def _later(self, hours: int) -> datetime:
        return self._at + timedelta(minutes=20 * hours)


def look_at_returns(now: datetime) -> None:
    """Let the technician decide about what the dock has received, but for the newest case."""
    technician = User.objects.filter(username=TECHNICIAN).first()
    waiting = AfterSalesCase.objects.filter(
        status=CaseStatus.OPEN, inspect_first=True, receipt=Receipt.RECEIVED, inspections=None
    )
    for case in list(waiting.order_by("-pk"))[1:]:
        if technician is not None:
            inspections.inspect(
                case.pk,
                verdict=Inspection.Verdict.CONFIRMED,
                finding="右耳单元接触不良，属质量问题",
                actor=technician,
                now=now,
            )
