"""Walk a flow table as a graph of statuses."""

from collections.abc import Iterable

from django.db.models import TextChoices

from oms.flows.table import Flow
from tests.architecture.tree import app_modules


def declared_flows() -> dict[str, Flow]:
    """Find every flow table of the four apps, by the dotted name it is declared under."""
    found: dict[int, tuple[str, Flow]] = {}
    for module in app_modules("flows"):
        for name, value in vars(module).items():
            if isinstance(value, Flow):
                found.setdefault(id(value), (f"{module.__name__}.{name}", value))
    return dict(found.values())


def declared_statuses() -> set[frozenset[str]]:
    """Find the values of every set of statuses that stands beside the flow tables."""
    return {
        frozenset(map(str, value.values))
        for module in app_modules("flows")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, TextChoices) and value is not TextChoices
    }


def unreachable(flow: Flow) -> frozenset[str]:
    """Return the statuses that no row can ever come to."""
    edges = {(source, step.target) for step in flow.steps.values() for source in step.sources}
    return flow.states - _closure(flow.initial, edges)


def dead_ends(flow: Flow) -> frozenset[str]:
    """Return the statuses that no action leaves for another one."""
    left = {
        source for step in flow.steps.values() for source in step.sources if source != step.target
    }
    return flow.states - left


def trapped(flow: Flow) -> frozenset[str]:
    """Return the statuses from which a row can never come to a named end."""
    back = {(step.target, source) for step in flow.steps.values() for source in step.sources}
    return flow.states - _closure(flow.terminal, back)


def _closure(start: Iterable[str], edges: set[tuple[str, str]]) -> frozenset[str]:
    reached = set(start)
    while fresh := {target for source, target in edges if source in reached} - reached:
        reached |= fresh
    return frozenset(reached)
