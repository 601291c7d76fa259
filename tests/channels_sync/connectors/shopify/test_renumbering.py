"""Another number for what left: written where the old one stands, beside the others."""

from dataclasses import replace

import pytest

from channels_sync.connectors.outbound import Told
from channels_sync.connectors.shopify.outbound import ShopifyOutbound
from oms.integration.errors import IntegrationError

from .test_outbound import SHIPMENT, fulfilled, order
from .wire import Wire, data

AGAIN = replace(SHIPMENT, notice=replace(SHIPMENT.notice, waybill_no="SF2"), replaces="SF1")


def test_new_number_stands_in_the_old_ones_place() -> None:
    assert ShopifyOutbound.renumbers
    done = {"fulfillment": fulfilled("ZTO1", "SF2"), "userErrors": []}
    wire = Wire(
        order(fulfillments=[fulfilled("X", at=3), fulfilled("ZTO1", "SF1")]),
        data(fulfillmentTrackingInfoUpdate=done),
    )
    assert wire.outbound.send(AGAIN) == Told(channel_ref="4")
    told = wire.variables()
    assert told["id"] == "gid://shopify/Fulfillment/4"
    assert told["tracking"] == {"company": "SF Express", "numbers": ["ZTO1", "SF2"]}


def test_old_number_that_is_not_shown_is_left_to_a_person() -> None:
    gone = order(fulfillments=[fulfilled("SF1", status="CANCELLED")])
    with pytest.raises(IntegrationError) as caught:
        Wire(gone).outbound.send(AGAIN)
    assert caught.value.code == "local:old_number"
