from oms.dto import ChannelStatus
from oms.models import Listing
from oms.services.orders.ingest import Verdict, ingest_many, preview_many
from tests.factories.basics import NOW, SkuFactory, StoreFactory
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, revised
from tests.oms.services.rows import rows


def test_preview_tells_what_would_happen_and_writes_nothing(shop: Shop) -> None:
    known = incoming_order("1")
    shop.tell(known)
    shop.tell(revised(incoming_order("2"), minutes=9))
    told = [
        known,
        incoming_order("2"),
        revised(incoming_order("2"), minutes=10, seller_memo="x"),
        incoming_order("3"),
        incoming_order("4", lines=()),
        incoming_order("5", lines=(incoming_line("P9"),)),
    ]
    before = rows()
    outcomes = preview_many(shop.store.pk, orders=told, now=at(1))
    assert rows() == before
    assert [outcome.verdict for outcome in outcomes] == [
        Verdict.UNCHANGED,
        Verdict.STALE,
        Verdict.UPDATED,
        Verdict.CREATED,
        Verdict.REFUSED,
        Verdict.REFUSED,
    ]
    done = ingest_many(shop.store.pk, orders=told, now=at(1))
    assert [outcome.verdict for outcome in done] == [outcome.verdict for outcome in outcomes]


def test_preview_of_a_trusting_store_knows_its_codes() -> None:
    shop = Shop(store=StoreFactory.create(maps_by_code=True))
    SkuFactory.create(code="CUP-1")
    told = [
        incoming_order("1", lines=(incoming_line("P1", merchant_code="CUP-1"),)),
        incoming_order("2", lines=(incoming_line("P2", merchant_code="CUP-2"),)),
    ]
    outcomes = preview_many(shop.store.pk, orders=told, now=NOW)
    assert [outcome.verdict for outcome in outcomes] == [Verdict.CREATED, Verdict.REFUSED]
    assert not Listing.objects.exists()


def test_preview_sees_a_cancellation_coming(shop: Shop) -> None:
    told = incoming_order()
    order = shop.take_in(told)
    cancelled = revised(told, channel_status=ChannelStatus.CANCELLED)
    [outcome] = preview_many(shop.store.pk, orders=[cancelled], now=NOW)
    assert (outcome.verdict, outcome.order_id) == (Verdict.UPDATED, order.pk)
    order.refresh_from_db()
    assert order.status == "pending_review"
