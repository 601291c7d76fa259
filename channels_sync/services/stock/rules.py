"""Change how much of the stock a shop is told of."""

from datetime import datetime

from channels_sync.models import StockRule
from channels_sync.services.stock.by_hand import RIGHT
from channels_sync.services.stock.marking import mark_store
from channels_sync.services.stock.offering import Share
from oms.access.checks import require
from oms.models import Store, User
from oms.models.locking import atomic_service, lock_row


@atomic_service
def set_rule(store_id: int, *, share: Share, is_on: bool, actor: User, now: datetime) -> StockRule:
    """Set a store's rule and tell the shop the numbers that follow from it.

    :raises NotAllowed: if the person may not set the store up
    """
    store = lock_row(Store, store_id)
    require(actor, RIGHT, store)
    told = {
        "is_on": is_on,
        "share_percent": share.percent,
        "keep_back": share.keep_back,
        "ceiling": share.ceiling,
    }
    rule, _is_new = StockRule.objects.update_or_create(store=store, defaults=told)
    mark_store(store_id, now=now)
    return rule
