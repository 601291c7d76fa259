"""What a platform's matrix promises is what its halves can do."""

import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.base import Decryption
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.mailboxes_installed import mailboxes
from channels_sync.connectors.outbound import MemoPush, Outbound, ReturnAnswer, ShipmentPush
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.connectors.stocking_installed import stock_takers

KINDS = ["doudian", "youzan"]
ALL = sorted(
    each.kind for each in connectors if each.__module__.startswith("channels_sync.connectors.")
)


@pytest.mark.parametrize("kind", ALL)
def test_matrix_and_halves_agree(kind: str) -> None:
    told = connectors.get(kind).capabilities
    takes = outbounds.get(kind).takes if kind in outbounds else frozenset()
    assert told.pulls_orders is (kind in pullers)
    assert told.needs_token is (kind in authorizers)
    assert told.takes_stock is (kind in stock_takers)
    assert told.pulls_refunds is (kind in pullers and pullers.get(kind).pulls_refunds)
    assert told.takes_shipments is (ShipmentPush in takes)
    assert told.takes_refund_answers is (ReturnAnswer in takes)
    assert told.takes_memos is (MemoPush in takes)


@pytest.mark.parametrize("kind", ALL)
def test_live_check_is_promised_where_it_can_be_asked(kind: str) -> None:
    asks = kind in outbounds and outbounds.get(kind).refunds_open is not Outbound.refunds_open
    assert connectors.get(kind).capabilities.checks_refunds_live is asks


@pytest.mark.parametrize("kind", ALL)
def test_platform_that_is_heard_promises_to_send(kind: str) -> None:
    if kind in listeners or kind in mailboxes:
        assert connectors.get(kind).capabilities.sends_orders


@pytest.mark.parametrize("kind", ALL)
def test_ciphertext_names_who_opens_it(kind: str) -> None:
    told = connectors.get(kind).capabilities
    if told.decryption is Decryption.BY_WAYBILL:
        assert told.waybill_channel
    if told.decryption is not Decryption.BY_US:
        assert told.decryptions_a_day is None


@pytest.mark.parametrize("kind", KINDS)
def test_listener_is_there(kind: str) -> None:
    assert kind in listeners


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
