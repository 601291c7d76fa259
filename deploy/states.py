"""Write docs/states.md from the flow tables: `python -m deploy.states`."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from oms.flows.table import Flow

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "states.md"
_FEATURE_APPS = ("channels_sync", "warehouse", "aftersales")


def page() -> str:
    """Return the page's text: one diagram and one table per flow."""
    parts = [
        "# Statuses and their legal moves",
        "",
        "Generated from the flow tables by `python -m deploy.states`; a test compares.",
        "",
    ]
    for name, flow in flows():
        parts += [f"## {name}", "", *_diagram(flow), "", *_table(flow), ""]
    return "\n".join(parts)


def flows() -> Iterator[tuple[str, Flow]]:
    """Yield every flow table of the product under its name, the core's first."""
    for module_name in _modules():
        module = importlib.import_module(module_name)
        for name, value in sorted(vars(module).items()):
            if isinstance(value, Flow):
                yield f"{module_name}.{name}", value


def _modules() -> Iterator[str]:
    for path in sorted((ROOT / "oms" / "flows").glob("*.py")):
        if path.stem != "__init__":
            yield f"oms.flows.{path.stem}"
    for app in _FEATURE_APPS:
        if (ROOT / app / "flows.py").exists():
            yield f"{app}.flows"


def _diagram(flow: Flow) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for status in sorted(flow.initial):
        yield f"    [*] --> {status}"
    for action, step in flow.steps.items():
        for source in sorted(step.sources):
            yield f"    {source} --> {step.target}: {action}"
    for status in sorted(flow.terminal):
        yield f"    {status} --> [*]"
    yield "```"


def _table(flow: Flow) -> Iterator[str]:
    yield "| action | from | to |"
    yield "|---|---|---|"
    for action, step in flow.steps.items():
        yield f"| {action} | {', '.join(sorted(step.sources))} | {step.target} |"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
