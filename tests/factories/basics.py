# mypy: disable-error-code="no-untyped-call"
"""Places, people, goods and receivers; ``tests.factories.oms`` hands them on."""

from datetime import UTC, datetime

from factory.declarations import Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory, Password

from oms.dto import PlainReceiver
from oms.models import Barcode, Buyer, Channel, Listing, Receiver, Sku, Store, User, Warehouse
from oms.services.orders.receivers import build_receiver

NOW = datetime(2026, 11, 11, 2, 0, tzinfo=UTC)
"""The moment at which everything here stands: ten in the morning in Shanghai."""

PASSWORD = "let-me-in-for-a-test"
_NAMES = ("陈一鸣", "林晓雨", "周子涵", "吴思远", "郑佳宁")
_PLACES = (
    ("浙江省", "杭州市", "西湖区", "样例路"),
    ("广东省", "深圳市", "南山区", "示范大道"),
    ("四川省", "成都市", "锦江区", "试验街"),
)


class ChannelFactory(DjangoModelFactory[Channel]):
    class Meta:
        model = Channel

    code = Sequence(lambda n: f"channel-{n}")
    name = Sequence(lambda n: f"渠道{n}")
    kind = "webhook"


class StoreFactory(DjangoModelFactory[Store]):
    class Meta:
        model = Store

    channel = SubFactory(ChannelFactory)
    code = Sequence(lambda n: f"store-{n}")
    name = Sequence(lambda n: f"店铺{n}")


class WarehouseFactory(DjangoModelFactory[Warehouse]):
    class Meta:
        model = Warehouse

    code = Sequence(lambda n: f"warehouse-{n}")
    name = Sequence(lambda n: f"仓库{n}")
    province, city, district = "浙江省", "杭州市", "余杭区"


class UserFactory(DjangoModelFactory[User]):
    """``UserFactory.create(superuser=True)``; everybody's password is ``PASSWORD``."""

    class Meta:
        model = User

    class Params:
        superuser = Trait(is_superuser=True, is_staff=True)

    username = Sequence(lambda n: f"person-{n}")
    password = Password(PASSWORD)


class SkuFactory(DjangoModelFactory[Sku]):
    class Meta:
        model = Sku

    code = Sequence(lambda n: f"SKU-{n:05d}")
    name = Sequence(lambda n: f"样品{n}")
    weight_g, length_mm, width_mm, height_mm = 500, 200, 150, 100


class BarcodeFactory(DjangoModelFactory[Barcode]):
    class Meta:
        model = Barcode

    sku = SubFactory(SkuFactory)
    code = Sequence(lambda n: f"2{n:012d}")


class ListingFactory(DjangoModelFactory[Listing]):
    """Mapped to a SKU; ``ListingFactory.create(sku=None)`` waits in the review list."""

    class Meta:
        model = Listing

    store = SubFactory(StoreFactory)
    channel_product_id = Sequence(lambda n: f"P{n:08d}")
    channel_sku_id = Sequence(lambda n: f"S{n:08d}")
    title = Sequence(lambda n: f"在售样品{n}")
    sku = SubFactory(SkuFactory)


class BuyerFactory(DjangoModelFactory[Buyer]):
    class Meta:
        model = Buyer

    channel = SubFactory(ChannelFactory)
    channel_buyer_id = Sequence(lambda n: f"buyer-{n:08d}")
    nickname = Sequence(lambda n: f"买家{n}")


def plain_receiver(n: int) -> PlainReceiver:
    """Return the n-th invented person and place; the numbers 1380000xxxx belong to nobody here."""
    province, city, district, street = _PLACES[n % len(_PLACES)]
    return PlainReceiver(
        name=_NAMES[n % len(_NAMES)],
        phone=f"1380000{n % 10_000:04d}",
        province=province,
        city=city,
        district=district,
        street=f"{street}{n + 1}号{n % 9 + 1}幢{n % 20 + 101}室",
    )


class ReceiverFactory(DjangoModelFactory[Receiver]):
    """``ReceiverFactory.create(receiver=...)`` takes what a channel would tell instead."""

    class Meta:
        model = Receiver

    receiver = Sequence(plain_receiver)

    @classmethod
    def _create(cls, model_class: type[Receiver], **kwargs: PlainReceiver) -> Receiver:
        row = build_receiver(kwargs["receiver"], now=NOW)
        row.save()
        return row
