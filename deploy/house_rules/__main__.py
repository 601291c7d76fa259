"""Check the checkout: ``python -m deploy.house_rules [paths]``, or this directory as a script."""

import sys
from pathlib import Path

if not __package__:  # started as a script, so the checkout itself is not in sight yet
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from deploy.house_rules.run import main

sys.exit(main(sys.argv[1:]))
