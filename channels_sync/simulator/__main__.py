"""Run the simulated shops: ``python -m channels_sync.simulator``."""

import argparse
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from channels_sync.simulator.database import Database
from channels_sync.simulator.html import CONTROL_PATH
from channels_sync.simulator.server import SimulatorServer
from channels_sync.simulator.settings import SECRET, SHOP, Settings
from channels_sync.simulator.simulator import SCHEMAS, Simulator

logger = logging.getLogger("channels_sync.simulator")

_TRUE = ("1", "true", "yes", "on")


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; what it leaves out comes from the environment."""
    env = os.environ.get
    data_dir = Path(env("OMS_DATA_DIR") or "var")
    is_demo = (env("OMS_SIMULATOR_AUTO") or env("OMS_DEMO") or "").lower() in _TRUE
    parser = argparse.ArgumentParser(prog="python -m channels_sync.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9101)
    parser.add_argument("--db", type=Path, default=data_dir / "simulator-channels.sqlite3")
    parser.add_argument("--oms", default=env("OMS_BASE_URL") or "http://127.0.0.1:8000")
    parser.add_argument("--shop", default=env("OMS_SIMULATOR_SHOP") or SHOP)
    parser.add_argument("--secret", default=env("OMS_SIMULATOR_SHOP_SECRET") or SECRET)
    parser.add_argument(
        "--auto",
        action=argparse.BooleanOptionalAction,
        default=is_demo,
        help="keep sending believable orders (on in the demo)",
    )
    parser.add_argument(
        "--rate",
        type=float,
        default=float(env("OMS_SIMULATOR_RATE") or 2),
        help="scenes a minute in the automatic mode",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    chosen = options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # It would write every address called.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings(
        oms_url=chosen.oms,
        shop=chosen.shop,
        secret=chosen.secret,
        is_automatic=chosen.auto,
        rate=chosen.rate,
    )
    simulator = Simulator(Database(chosen.db, *SCHEMAS), settings)
    with SimulatorServer((chosen.host, chosen.port), simulator) as server:
        logger.info("shop:    %s/shops/%s", server.url, settings.shop)
        logger.info("shopify: %s/shopify/%s", server.url, settings.shopify_store)
        for key in simulator.booths:
            logger.info("%-8s %s/%s", f"{key}:", server.url, key)
        logger.info("control: %s%s", server.url, CONTROL_PATH)
        threading.Thread(target=server.run_clockwork, daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            logger.info("stopped")


if __name__ == "__main__":
    main()
