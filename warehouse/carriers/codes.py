"""What Chinese carriers write in tracking texts, whatever their codes."""

import re

from warehouse.dto import TrackStatus

# In this order: "returned, signed for by the sender" speaks of a return first, and "held at the
# station, please collect" is no delivery although it may say "signed".
TEXT_RULES: tuple[tuple[re.Pattern[str], TrackStatus], ...] = tuple(
    (re.compile(pattern), status)
    for pattern, status in (
        ("退回|退件|拒收.*退", TrackStatus.RETURNING),
        ("请及时取件|待取", TrackStatus.READY_FOR_PICKUP),
        ("签收|妥投|已取件|取走", TrackStatus.DELIVERED),
        ("代收|驿站|丰巢|快递柜|自提|菜鸟|兔喜", TrackStatus.READY_FOR_PICKUP),
        ("派送|派件|正在为您", TrackStatus.OUT_FOR_DELIVERY),
        ("异常|问题件|失败|滞留|无法", TrackStatus.EXCEPTION),
        ("揽收|收取快件|已收件", TrackStatus.COLLECTED),
        ("到达|离开|发往|装车|中转|运输", TrackStatus.IN_TRANSIT),
    )
)
