"""What a platform's matrix promises is what its halves can do."""

import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.outbound import MemoPush, ReturnAnswer, ShipmentPush
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.stocking_installed import stock_takers

KINDS = ["doudian", "youzan"]


@pytest.mark.parametrize("kind", KINDS)
def test_matrix_and_halves_agree(kind: str) -> None:
    told = connectors.get(kind).capabilities
    takes = outbounds.get(kind).takes
    assert told.pulls_orders is (kind in pullers)
    assert told.sends_orders is (kind in listeners)
    assert told.needs_token is (kind in authorizers)
    assert told.takes_stock is (kind in stock_takers)
    assert told.pulls_refunds is pullers.get(kind).pulls_refunds
    assert told.takes_shipments is (ShipmentPush in takes)
    assert told.takes_refund_answers is (ReturnAnswer in takes)
    assert told.takes_memos is (MemoPush in takes)


@pytest.mark.parametrize("kind", KINDS)
def test_keys_that_are_asked_for_are_secret_where_they_must_be(kind: str) -> None:
    fields = {field.name: field for field in connectors.get(kind).credential_fields}
    secrets = {name for name, field in fields.items() if "secret" in name}
    assert secrets
    assert all(fields[name].secret for name in secrets)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "key",
    [
        *("post_receiver", "encrypt_post_tel", "mask_post_receiver", "encrypt_detail"),
        *("buyer_words", "seller_words", "receiver_name", "receiver_tel", "delivery_address"),
        *("buyer_message", "trade_memo", "fans_nickname", "name", "detail", "desc"),
    ],
)
def test_no_page_shows_people(kind: str, key: str) -> None:
    assert key not in connectors.get(kind).open_keys
