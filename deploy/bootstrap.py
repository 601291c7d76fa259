"""Start, test and check Open OMS on a machine that has nothing but Python.

Everything this needs comes with Python itself; it makes `.venv` and fetches the rest.
"""

import sys
from pathlib import Path

# Nothing else is imported before this line: older versions cannot even read the rest.
if sys.version_info < (3, 11):  # noqa: UP036
    found = f"{sys.version_info[0]}.{sys.version_info[1]}"
    sys.exit(
        f"Open OMS needs Python 3.11 or newer; this is {found}. Try: make run PYTHON=python3.11"
    )

if not __package__:  # started as a script, so the packages beside deploy/ are not in sight yet
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from deploy.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
