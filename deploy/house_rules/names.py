"""Follow names back to the module they were imported from."""

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from .model import Check, Hit, Source

Reference = tuple[int, str]
"""Line number, and a dotted name as the importing machinery knows it."""
Names = Callable[[Source], Iterator[Reference]]


class _Import(NamedTuple):
    local: str
    stands_for: str
    imported: str


def imports(source: Source) -> Iterator[Reference]:
    """Yield line and dotted name of every import."""
    for line, name in _named_imports(source):
        yield line, name.imported


def references(source: Source) -> Iterator[Reference]:
    """Yield line and dotted name of every import, and of every attribute reached through one."""
    yield from imports(source)
    known = {name.local: name.stands_for for _, name in _named_imports(source)}
    for attribute in _whole_attributes(source.tree):
        if dotted := _dotted(attribute, known):
            yield attribute.lineno, dotted


def banned(names: frozenset[str], message: str, *, among: Names = references) -> Check:
    """Make a check that refuses these dotted names and whatever lies below them."""
    return refusing(lambda name: any(_is_below(name, root) for root in names), message, among=among)


def refusing(is_refused: Callable[[str], bool], message: str, *, among: Names) -> Check:
    """Make a check of dotted names; ``message`` may hold ``{name}``."""

    def check(source: Source) -> Iterator[Hit]:
        for line, name in among(source):
            if is_refused(name):
                yield line, message.format(name=name)

    return check


def _is_below(name: str, root: str) -> bool:
    return name == root or name.startswith(f"{root}.")


def _named_imports(source: Source) -> Iterator[tuple[int, _Import]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _names_of(node, source.path):
                yield node.lineno, name


def _names_of(node: ast.Import | ast.ImportFrom, path: str) -> Iterator[_Import]:
    if isinstance(node, ast.Import):
        for name in node.names:
            root = name.name.split(".")[0]
            yield _Import(name.asname or root, name.name if name.asname else root, name.name)
        return
    base = ".".join(filter(None, (_package(path, node.level), node.module)))
    for name in node.names:
        dotted = f"{base}.{name.name}" if base else name.name
        yield _Import(name.asname or name.name, dotted, dotted)


def _package(path: str, level: int) -> str:
    """Return the package that ``level`` dots mean in this file; none for an absolute import."""
    return ".".join(path.split("/")[:-level]) if level else ""


def _whole_attributes(tree: ast.Module) -> list[ast.Attribute]:
    """Return ``a.b.c`` once, without the ``a.b`` inside it."""
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    inner = {id(node.value) for node in attributes}
    return [node for node in attributes if id(node) not in inner]


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return known.get(name, "")
        case ast.Attribute(value=value, attr=attr):
            owner = _dotted(value, known)
            return f"{owner}.{attr}" if owner else ""
    return ""
