"""What a merchant enters to connect each shop of the simulated market."""

from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.jd.platform import Jd
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.taobao.platform import Taobao
from channels_sync.simulator.weidian.platform import HOOK_KEY, Weidian
from channels_sync.simulator.woocommerce.platform import WEBHOOK_SECRET, WooCommerce
from channels_sync.simulator.woocommerce.writing import COMPANY, NUMBER
from channels_sync.simulator.youzan.platform import Youzan

_NAMES: dict[str, tuple[str, str]] = {
    Doudian.key: ("app_key", "app_secret"),
    Jd.key: ("app_key", "app_secret"),
    Pinduoduo.key: ("client_id", "client_secret"),
    Taobao.key: ("app_key", "app_secret"),
    Weidian.key: ("app_key", "app_secret"),
    WooCommerce.key: ("consumer_key", "consumer_secret"),
    Youzan.key: ("client_id", "client_secret"),
}
_MORE: dict[str, dict[str, str]] = {
    Doudian.key: {"shop_id": Doudian.app.shop_id},
    Weidian.key: {"hook_key": HOOK_KEY},
    WooCommerce.key: {"webhook_secret": WEBHOOK_SECRET, "tracking_meta": f"{COMPANY},{NUMBER}"},
    Youzan.key: {"kdt_id": Youzan.app.shop_id},
}


def keys_of(platform: type[Platform]) -> dict[str, str]:
    """Return them fresh: a test may spoil its own."""
    key, secret = _NAMES[platform.key]
    return {key: platform.app.key, secret: platform.app.secret} | _MORE.get(platform.key, {})
