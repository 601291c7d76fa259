"""Six stores and two warehouses."""

from datetime import time

from oms.models import Channel, Department, Store, Warehouse

CHANNELS = (
    ("own-site", "自建商城", "webhook"),
    ("community", "社群团购", "file"),
    ("shopify", "Shopify", "shopify"),
    ("taobao", "淘宝/天猫", "taobao"),
    ("weidian", "微店", "weidian"),
    ("woocommerce", "品牌官网", "woocommerce"),
)
STORES = (
    ("demo-shop", "木棉优选商城", "own-site", "CNY"),
    ("demo-group", "木棉邻里团", "community", "CNY"),
    ("demo-global", "Kapok Global", "shopify", "USD"),
    ("demo-taobao", "木棉旗舰店", "taobao", "CNY"),
    ("demo-weidian", "木棉微店", "weidian", "CNY"),
    ("demo-woocommerce", "木棉官网", "woocommerce", "CNY"),
)
SHORT_WAIT = 4
"""Minutes: longer than a second thought, short enough to be watched."""
WAREHOUSES = (
    ("HZ", "杭州中心仓", Warehouse.Kind.CENTRAL, "浙江省", "杭州市", "余杭区", time(17, 0)),
    ("SZ", "深圳前置仓", Warehouse.Kind.FORWARD, "广东省", "深圳市", "南山区", time(18, 30)),
)


def seed_places() -> Department:
    """Make channels, stores and warehouses, and the department that holds them all."""
    channels = {
        code: Channel.objects.create(code=code, name=name, kind=kind)
        for code, name, kind in CHANNELS
    }
    stores = [
        Store.objects.create(
            code=code,
            name=name,
            channel=channels[channel],
            currency=currency,
            maps_by_code=True,
            merge_wait_minutes=SHORT_WAIT,
        )
        for code, name, channel, currency in STORES
    ]
    warehouses = [
        Warehouse.objects.create(
            code=code,
            name=name,
            kind=kind,
            province=province,
            city=city,
            district=district,
            address="演示路 1 号",
            contact_name="收货组",
            contact_phone="0571-00000000",
            cut_off=cut_off,
        )
        for code, name, kind, province, city, district, cut_off in WAREHOUSES
    ]
    company = Department.objects.create(code="company", name="木棉商贸")
    company.stores.set(stores)
    company.warehouses.set(warehouses)
    return company
