"""The simulated carrier and an account at it, for services that call outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oms.models import Warehouse
from tests.factories.warehouse import CarrierAccountFactory
from tests.warehouse.simulator.bench import Bench, running
from warehouse.carriers.base import utc_now
from warehouse.models import CarrierAccount
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH


@contextmanager
def simulated_sf(path: Path) -> Iterator[Bench]:
    """Serve the simulator at the time of this machine, as the carrier signs with it."""
    with running(path / "carriers.sqlite3", Settings()) as bench:
        bench.now = utc_now()
        yield bench


def account_at(bench: Bench, warehouse: Warehouse, **changed: object) -> CarrierAccount:
    account: CarrierAccount = CarrierAccountFactory.create(
        **{
            "warehouse": warehouse,
            "credentials": {
                "partner_id": bench.settings.partner,
                "checkword": bench.settings.checkword,
            },
            "base_url": f"{bench.server.url}{SERVICE_PATH}",
            **changed,
        }
    )
    return account
