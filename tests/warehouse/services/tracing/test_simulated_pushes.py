"""The simulated carrier pushes to our own door, as the real one would."""

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django.live_server_helper import LiveServer

from oms.events import bus
from oms.models import Shipment
from tests.factories.warehouse import Floor
from tests.warehouse.services.carrier_bench import account_at, simulated_sf
from warehouse.models import TraceEvent
from warehouse.services.tracing.hearing import renew_address
from warehouse.services.waybills.labelling import label_parcel


@pytest.mark.django_db(transaction=True)
def test_parcel_arrives_by_pushes_alone(live_server: LiveServer, tmp_path: Path) -> None:
    with simulated_sf(tmp_path) as sf:
        floor = Floor(now=sf.now)
        account = account_at(sf, floor.warehouse)
        floor.packed({floor.goods(9): 1})
        waybill = label_parcel(Shipment.objects.get().pk, actor=floor.worker, now=sf.now)
        floor.at_dock(waybill.waybill_no)
        floor.at_dock("CMD:HANDOVER")
        bus.deliver_due(now=sf.now)
        token = renew_address(account.pk, actor=floor.manager, now=sf.now)
        path = reverse("warehouse:carrier_push", args=["sf", token])
        sf.simulator.push_to(f"{live_server.url}{path}".replace("localhost", "127.0.0.1"))
        sf.simulator.travel(waybill.client_order_id, "delivered")
    assert sf.simulator.last_push == "已推送 5 条路由"
    assert Shipment.objects.get().status == "delivered"
    assert set(TraceEvent.objects.values_list("source", flat=True)) == {"push"}
