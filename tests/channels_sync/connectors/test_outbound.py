"""What a platform takes is what it fills."""

import pytest

from channels_sync.connectors.outbound import MemoPush, Outbound, ShipmentPush, Told
from oms.integration.errors import ErrorKind, IntegrationError

from .scripted import Script


class Shipper(Outbound):
    kind, label = "shipper", "Shipper"

    def _ship(self, push: ShipmentPush) -> Told:
        return Told(channel_ref=push.package_no)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        return None


def test_platform_takes_what_it_fills() -> None:
    assert Shipper.takes == {ShipmentPush}
    assert Outbound.takes == frozenset()


def test_what_is_not_filled_is_refused_for_good() -> None:
    shipper = Shipper(credentials={}, http=Script().http)
    memo = MemoPush(key="memo-1", channel_order_no="1", memo="轻放")
    for act in (shipper.send, shipper.find):
        with pytest.raises(IntegrationError) as trouble:
            act(memo)
        assert (trouble.value.kind, trouble.value.code) == (ErrorKind.FATAL, "local:not_taken")


def test_half_of_an_act_is_a_fault_at_import() -> None:
    with pytest.raises(TypeError, match="both halves"):
        type("Half", (Outbound,), {"_ship": Shipper._ship})
