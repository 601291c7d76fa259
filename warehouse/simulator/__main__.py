"""Run the simulated carriers: ``python -m warehouse.simulator``."""

import argparse
import logging
import os
from collections.abc import Sequence
from pathlib import Path

from warehouse.simulator.pages import CONTROL_PATH
from warehouse.simulator.server import SimulatorServer
from warehouse.simulator.settings import CHECKWORD, PARTNER, Settings
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.simulator.simulator import Simulator
from warehouse.simulator.store import Store

logger = logging.getLogger("warehouse.simulator")


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line; what it leaves out comes from the environment."""
    env = os.environ.get
    data_dir = Path(env("OMS_DATA_DIR") or "var")
    parser = argparse.ArgumentParser(prog="python -m warehouse.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9102)
    parser.add_argument("--db", type=Path, default=data_dir / "simulator-carriers.sqlite3")
    parser.add_argument("--partner", default=env("OMS_SIMULATOR_SF_PARTNER") or PARTNER)
    parser.add_argument("--checkword", default=env("OMS_SIMULATOR_SF_CHECKWORD") or CHECKWORD)
    parser.add_argument("--callback", default=env("OMS_SIMULATOR_SF_CALLBACK") or "")
    parser.add_argument("--sign-mode", default="", choices=("", "standard", "simple", "sm3"))
    parser.add_argument(
        "--repeat-first",
        action="store_true",
        help="answer a repeated orderId with the first order instead of 8016",
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    chosen = options(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = Settings(
        partner=chosen.partner,
        checkword=chosen.checkword,
        callback_url=chosen.callback,
        sign_mode=chosen.sign_mode,
        duplicate_code=not chosen.repeat_first,
    )
    simulator = Simulator(Store(chosen.db), settings)
    with SimulatorServer((chosen.host, chosen.port), simulator) as server:
        logger.info("carriers: %s%s", server.url, SERVICE_PATH)
        logger.info("control:  %s%s", server.url, CONTROL_PATH)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            logger.info("stopped")


if __name__ == "__main__":
    main()
