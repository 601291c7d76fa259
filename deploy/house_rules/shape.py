"""Rules about size and signatures: what fits on a screen is read, what does not is skimmed."""

import ast
from collections.abc import Iterator

from .model import DEPLOY, MIGRATIONS, PACKAGES, TESTS, Hit, Rule, Source

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MAX_POSITIONAL = 1

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> list[AnyFunction]:
    """Return every function and method, also the nested ones."""
    return [node for node in ast.walk(tree) if isinstance(node, AnyFunction)]


def length(function: AnyFunction) -> int:
    """Count the lines from ``def`` to the last one, docstring included, decorators not."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def file_size(source: Source) -> Iterator[Hit]:
    lines = len(source.text.splitlines())
    if lines > MAX_FILE_LINES:
        yield (
            MAX_FILE_LINES + 1,
            f"{lines} lines: split the file by subject ({MAX_FILE_LINES} at most)",
        )


def function_size(source: Source) -> Iterator[Hit]:
    for function in functions(source.tree):
        if length(function) > MAX_FUNCTION_LINES:
            yield (
                function.lineno,
                f"{function.name}() has {length(function)} lines ({MAX_FUNCTION_LINES} at most)",
            )


def service_signatures(source: Source) -> Iterator[Hit]:
    for node in source.tree.body:
        if not isinstance(node, AnyFunction) or node.name.startswith("_"):
            continue
        positional = len(node.args.posonlyargs) + len(node.args.args)
        if positional > MAX_POSITIONAL or node.args.vararg:
            yield node.lineno, f"{node.name}(): one positional argument at most, then `*`"


def _module_of(lines: int) -> str:
    return "\n".join(["x = 1"] * lines)


def _function_of(lines: int) -> str:
    return "\n".join(["def f() -> None:", *["    x = 1"] * (lines - 1)])


RULES = (
    Rule(
        name="file-size",
        check=file_size,
        only=(*PACKAGES, *TESTS, *DEPLOY),
        but=MIGRATIONS,
        good=(
            ("oms/models/orders.py", _module_of(MAX_FILE_LINES)),
            ("oms/migrations/0001_initial.py", _module_of(MAX_FILE_LINES + 1)),
        ),
        bad=(
            ("oms/models/orders.py", _module_of(MAX_FILE_LINES + 1)),
            ("tests/oms/test_orders.py", _module_of(MAX_FILE_LINES + 1)),
        ),
    ),
    Rule(
        name="function-size",
        check=function_size,
        only=(*PACKAGES, *TESTS, *DEPLOY),
        but=MIGRATIONS,
        good=(("oms/services/orders.py", _function_of(MAX_FUNCTION_LINES)),),
        bad=(
            ("oms/services/orders.py", _function_of(MAX_FUNCTION_LINES + 1)),
            ("deploy/bootstrap.py", "async " + _function_of(MAX_FUNCTION_LINES + 1)),
        ),
    ),
    Rule(
        name="service-signature",
        check=service_signatures,
        only=("*/services/*.py", "*/services.py"),
        but=TESTS,
        good=(
            ("oms/services/orders.py", "def cancel(order_id: int, *, now: datetime) -> None: ..."),
            ("oms/services/orders.py", "def _total(lines, freight): ..."),
            ("oms/services/orders.py", "class Change:\n    def add(self, line, quantity): ..."),
            ("oms/queries/orders.py", "def between(start, end): ..."),
        ),
        bad=(
            ("oms/services/orders.py", "def cancel(order_id, now): ..."),
            ("oms/services/orders.py", "async def cancel(order_id, /, now): ..."),
            ("oms/approvals/services.py", "def close(*steps): ..."),
        ),
    ),
)
