"""The platforms of the market: one line each."""

from channels_sync.simulator.doudian.platform import Doudian
from channels_sync.simulator.jd.platform import Jd
from channels_sync.simulator.market.platform import Platform
from channels_sync.simulator.pinduoduo.platform import Pinduoduo
from channels_sync.simulator.taobao.platform import Taobao
from channels_sync.simulator.weidian.platform import Weidian
from channels_sync.simulator.woocommerce.platform import WooCommerce
from channels_sync.simulator.youzan.platform import Youzan

PLATFORMS: tuple[type[Platform], ...] = (
    Doudian,
    Jd,
    Pinduoduo,
    Taobao,
    Weidian,
    WooCommerce,
    Youzan,
)
