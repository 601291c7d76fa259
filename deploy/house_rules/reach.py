"""Rules about what a module may reach: the clock, the network, the database, the console."""

import ast
from collections.abc import Iterator, Mapping

from .model import DEPLOY, MIGRATIONS, PACKAGES, SIMULATORS, TESTS, Hit, Rule, Source
from .names import banned, imports, refusing

CLOCKS = frozenset(
    {
        "django.utils.timezone.now",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.date.today",
        "time.time",
        "time.time_ns",
    }
)
LOCAL_CLOCKS = frozenset({"localtime", "localdate"})
CLOCKLESS = (
    "*/services/*",
    "*/services.py",
    "oms/approvals/*",
    "oms/transitions*",
    "oms/queries/*",
    "oms/rules/*",
    "oms/routing/*",
    "oms/forecasting/*",
    "oms/intake/*",
    "oms/privacy/*",
    "warehouse/waves/*",
    "warehouse/trips/*",
    "warehouse/walks/*",
    "warehouse/cartons/*",
    "warehouse/labels/*",
    "*/flows*",
    "*/dto.py",
    "*/playbooks.py",
    "*/mapper.py",
    "*/signing.py",
    "*/codes.py",
)
"""Services and decisions: they are told what time it is, so that a test can tell them too."""

HTTP_LIBRARIES = frozenset(
    {"requests", "httpx", "urllib3", "aiohttp", "urllib.request", "http.client"}
)
HTTP_SPEAKERS = ("oms/integration/http.py",)
ADAPTER_VALUES = ("*/mapper.py", "*/signing.py", "*/codes.py")
FLOWS = ("*/flows.py", "*/flows/*")
FLOW_WORDS = ("django.db.models.TextChoices", "django.utils.translation.")
HEAVY_IMPORTS: Mapping[str, frozenset[str]] = {}
"""Path -> libraries that this one module may import late, because they are heavy and optional."""


def clock_readings(source: Source) -> Iterator[Hit]:
    yield from _clock_references(source)
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name), args=[], keywords=[]):
                if name in LOCAL_CLOCKS:
                    yield node.lineno, f"{name}() reads the clock: take `now` as an argument"


_clock_references = banned(CLOCKS, "{name} reads the clock: take `now` as an argument")


def _is_database(name: str) -> bool:
    parts = name.split(".")
    return parts[0] == "django" or "models" in parts


def _is_more_than_a_status(name: str) -> bool:
    return name.split(".")[0] == "django" and not name.startswith(FLOW_WORDS)


def database_use(source: Source) -> Iterator[Hit]:
    yield from _database_imports(source)
    yield from _managers(source)


def flow_database_use(source: Source) -> Iterator[Hit]:
    yield from _flow_imports(source)
    yield from _managers(source)


_database_imports = refusing(
    _is_database, "{name}: this module turns values into values", among=imports
)
_flow_imports = refusing(
    _is_more_than_a_status,
    "{name}: a flow may use TextChoices and translated labels, nothing else of Django",
    among=imports,
)


def _managers(source: Source) -> Iterator[Hit]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects":
            yield node.lineno, "no query here: take the values as arguments"


def hidden_imports(source: Source) -> Iterator[Hit]:
    late = HEAVY_IMPORTS.get(source.path, frozenset())
    for function in ast.walk(source.tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if function.name == "ready" and source.path.endswith("/apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom) and not _roots(node) <= late:
                yield node.lineno, "import at the top of the module; a cycle is a design fault"


def _roots(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {(node.module or ".").split(".")[0]}
    return {name.name.split(".")[0] for name in node.names}


def prints(source: Source) -> Iterator[Hit]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Name(id="print" | "pprint" as name)):
                yield node.lineno, f"{name}(): use logging, or self.stdout in a command"


RULES = (
    Rule(
        name="clock-is-passed-in",
        check=clock_readings,
        only=CLOCKLESS,
        but=(*TESTS, *DEPLOY, *MIGRATIONS, *SIMULATORS),
        good=(
            ("oms/services/merging.py", "def scan(*, now: datetime) -> None: ..."),
            ("oms/services/merging.py", "from datetime import datetime\ndatetime.fromtimestamp(1)"),
            (
                "oms/services/boards.py",
                "from django.utils import timezone\ntimezone.localtime(now)",
            ),
            ("oms/tasks.py", "from django.utils import timezone\nmerging.scan(now=timezone.now())"),
            ("oms/services/merging.py", "import time\ntime.monotonic()"),
        ),
        bad=(
            ("oms/services/merging.py", "from django.utils import timezone\nnow = timezone.now()"),
            ("oms/services/merging.py", "from django.utils.timezone import now"),
            ("oms/services/merging.py", "from datetime import datetime as d\nd.now(tz=UTC).date()"),
            ("oms/services/merging.py", "import datetime\ndatetime.date.today()"),
            (
                "warehouse/services/waves.py",
                "from django.utils import timezone as t\nt.localdate()",
            ),
            ("channels_sync/connectors/jd/mapper.py", "import time\ntime.time()"),
            ("oms/rules/engine.py", "from datetime import datetime\ndef f(now=datetime.now): ..."),
        ),
    ),
    Rule(
        name="one-http",
        check=banned(
            HTTP_LIBRARIES, "{name}: only oms/integration/http.py speaks HTTP", among=imports
        ),
        only=PACKAGES,
        but=(*HTTP_SPEAKERS, *SIMULATORS),
        good=(
            ("oms/integration/http.py", "import httpx"),
            ("warehouse/carriers/sf/signing.py", "from urllib.parse import quote"),
            ("channels_sync/simulator/push.py", "import httpx"),
            ("oms/pages/orders.py", "from http import HTTPStatus"),
        ),
        bad=(
            ("warehouse/carriers/sf/carrier.py", "import httpx"),
            ("warehouse/carriers/sf/carrier.py", "from httpx import Client"),
            ("oms/services/notices.py", "import requests"),
            ("oms/services/notices.py", "from urllib import request"),
            ("oms/services/notices.py", "import urllib.request"),
        ),
    ),
    Rule(
        name="mapper-is-pure",
        check=database_use,
        only=ADAPTER_VALUES,
        but=(*TESTS, *SIMULATORS),
        good=(
            ("channels_sync/connectors/jd/mapper.py", "from oms.dto import IncomingOrder"),
            ("oms/services/orders.py", "from oms.models import Order\nOrder.objects.get(pk=1)"),
        ),
        bad=(
            ("channels_sync/connectors/jd/mapper.py", "from oms.models import Order"),
            ("channels_sync/connectors/jd/mapper.py", "from ...models import RawOrder"),
            ("channels_sync/connectors/jd/mapper.py", "rows = Order.objects.all()"),
            ("warehouse/carriers/sf/signing.py", "from django.conf import settings"),
            ("warehouse/carriers/sf/codes.py", "import django.db"),
        ),
    ),
    Rule(
        name="flows-are-data",
        check=flow_database_use,
        only=FLOWS,
        but=TESTS,
        good=(
            ("oms/flows/order.py", "from django.db.models import TextChoices"),
            ("warehouse/flows.py", "from django.utils.translation import gettext_lazy as _"),
        ),
        bad=(
            ("oms/flows/order.py", "from django.db import models"),
            ("oms/flows/order.py", "from django.db.models import Model, TextChoices"),
            ("warehouse/flows.py", "waves = Wave.objects.all()"),
        ),
    ),
    Rule(
        name="imports-on-top",
        check=hidden_imports,
        only=(*PACKAGES, *TESTS, *DEPLOY),
        but=MIGRATIONS,
        good=(
            ("oms/apps.py", "class A:\n    def ready(self) -> None:\n        from . import checks"),
            ("oms/services/orders.py", "if TYPE_CHECKING:\n    from oms.models import Order"),
        ),
        bad=(
            ("oms/services/orders.py", "def f() -> None:\n    from oms.models import Order"),
            ("oms/apps.py", "def load() -> None:\n    import oms.tasks"),
            ("tests/oms/test_orders.py", "async def f() -> None:\n    import json"),
        ),
    ),
    Rule(
        name="no-print",
        check=prints,
        only=(*PACKAGES, *TESTS),
        but=("tests/benchmarks/*", "*/conftest.py"),
        good=(
            ("oms/management/commands/seed_demo.py", "self.stdout.write('done')"),
            ("deploy/bootstrap.py", "print('ready')"),
            ("tests/benchmarks/bench_merge.py", "print('1.2 ms')"),
            ("tests/journeys/conftest.py", "print('no picture')"),
        ),
        bad=(
            ("oms/services/orders.py", "print(order)"),
            ("tests/oms/test_orders.py", "print(order)"),
        ),
    ),
)
